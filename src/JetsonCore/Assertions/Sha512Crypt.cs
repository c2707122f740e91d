// Passwords as crypt(5) hashes them with SHA-512: $6$salt$hash, or $6$rounds=N$salt$hash.
//
// Spec: "Unix crypt using SHA-256 and SHA-512" (Ulrich Drepper, 2008), the steps by their numbers there.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace JetsonCore.Assertions;

/// <summary>sha512-crypt.</summary>
public static class Sha512Crypt
{
    /// <summary>The rounds that need not be spelled out.</summary>
    public const int DefaultRounds = 5000;

    private const int SaltLengthMax = 16, LeastRounds = 1000, MostRounds = 999_999_999;
    private const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A salt of 16 random letters.</summary>
    public static string NewSalt() => RandomNumberGenerator.GetString(Alphabet, SaltLengthMax);

    /// <summary>Hashes a password.</summary>
    /// <param name="password">The password; its UTF-8 is hashed.</param>
    /// <param name="salt">Up to 16 letters, digits, "." and "/".</param>
    /// <param name="rounds">1000 to 999999999.</param>
    public static string Hash(string password, string salt, int rounds = DefaultRounds)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(salt);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, LeastRounds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rounds, MostRounds);
        if (salt.Length > SaltLengthMax || !salt.All(Alphabet.Contains))
            throw new ArgumentException("a salt has up to 16 letters, digits, \".\" and \"/\"", nameof(salt));
        byte[] key = Encoding.UTF8.GetBytes(password), saltBytes = Encoding.ASCII.GetBytes(salt);
        byte[] digest = Mix(key, saltBytes, rounds);
        string spelled = rounds.ToString(CultureInfo.InvariantCulture);
        return $"$6${(rounds == DefaultRounds ? "" : $"rounds={spelled}$")}{salt}${Encode(digest)}";
    }

    private static byte[] Mix(byte[] key, byte[] salt, int rounds)
    {
        byte[] b = SHA512.HashData([.. key, .. salt, .. key]);                          // 4 to 8
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(key);                                                           // 1 to 3
        hash.AppendData(salt);
        hash.AppendData(Repeat(b, key.Length));                                         // 9, 10
        for (int bits = key.Length; bits > 0; bits >>= 1)                               // 11
            hash.AppendData((bits & 1) == 1 ? b : key);
        byte[] a = hash.GetHashAndReset();                                              // 12
        for (int count = 0; count < key.Length; count++)                                // 13 to 15
            hash.AppendData(key);
        byte[] p = Repeat(hash.GetHashAndReset(), key.Length);                          // 16
        for (int count = 0; count < 16 + a[0]; count++)                                 // 17 to 19
            hash.AppendData(salt);
        byte[] s = Repeat(hash.GetHashAndReset(), salt.Length);                         // 20
        for (int round = 0; round < rounds; round++)                                    // 21
        {
            hash.AppendData(round % 2 == 1 ? p : a);
            if (round % 3 != 0)
                hash.AppendData(s);
            if (round % 7 != 0)
                hash.AppendData(p);
            hash.AppendData(round % 2 == 1 ? a : p);
            a = hash.GetHashAndReset();
        }
        return a;
    }

    private static byte[] Repeat(byte[] block, int length)
    {
        var repeated = new byte[length];
        for (int index = 0; index < length; index++)
            repeated[index] = block[index % block.Length];
        return repeated;
    }

    // 22: three bytes make four letters, the lowest six bits first; which three goes round by a third of the digest.
    private static string Encode(byte[] digest)
    {
        const int Third = 21;
        var text = new StringBuilder();
        for (int index = 0; index < Third; index++)
        {
            (int high, int middle, int low) = (index % 3) switch
            {
                0 => (index, index + Third, index + (2 * Third)),
                1 => (index + Third, index + (2 * Third), index),
                _ => (index + (2 * Third), index, index + Third),
            };
            Append(text, (digest[high] << 16) | (digest[middle] << 8) | digest[low], letters: 4);
        }
        Append(text, digest[^1], letters: 2);
        return text.ToString();
    }

    private static void Append(StringBuilder text, int bits, int letters)
    {
        for (; letters > 0; letters--, bits >>= 6)
            text.Append(Alphabet[bits & 63]);
    }
}
