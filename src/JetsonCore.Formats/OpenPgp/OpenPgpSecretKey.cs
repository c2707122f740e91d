// A secret RSA key as `gpg --export-secret-keys --armor` writes it: a key ring in armour, its numbers encrypted by a
// passphrase or not. BouncyCastle reads armour, packets and encryption; here are the limits that untrusted bytes get.
// Spec: RFC 4880, sections 3.7, 5.5.3, 6 and 11.1.
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Binary;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Utilities;

namespace JetsonCore.Formats.OpenPgp;

/// <summary>The main key of an exported secret key ring.</summary>
public sealed class OpenPgpSecretKey
{
    /// <summary>The line that an exported secret key begins with.</summary>
    public const string ArmourStart = "-----BEGIN PGP PRIVATE KEY BLOCK-----";

    private const int LongestText = 1 << 20, LongestBits = 16384;

    private readonly PgpSecretKey _key;

    private OpenPgpSecretKey(PgpSecretKey key) => _key = key;

    /// <summary>Whether it takes a passphrase to get at the key.</summary>
    public bool IsEncrypted => _key.KeyEncryptionAlgorithm != SymmetricKeyAlgorithmTag.Null;

    /// <summary>Reads a key ring in armour; its main key is taken.</summary>
    /// <exception cref="MalformedDataException">There is no secret RSA key, or it is encrypted in a way that takes
    /// memory as it pleases.</exception>
    public static OpenPgpSecretKey Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
            throw new MalformedDataException(0, $"a key of {text.Length} characters is longer than {LongestText}");
        PgpSecretKey key = Guarded("the text holds no OpenPGP secret key", () =>
        {
            using var armour = new ArmoredInputStream(new MemoryStream(Encoding.UTF8.GetBytes(text)));
            return new PgpSecretKeyRing(armour).GetSecretKey();
        });
        PublicKeyAlgorithmTag algorithm = key.PublicKey.Algorithm;
        if (algorithm is not (PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign))
            throw new MalformedDataException(0, $"the key is of algorithm {(int)algorithm}, only RSA (1) is supported");
        if (Guarded("the key has no length", () => key.PublicKey.BitStrength) is > LongestBits and int bits)
            throw new MalformedDataException(0, $"a key of {bits} bits is longer than {LongestBits}");
        if (key.IsPrivateKeyEmpty)
            throw new MalformedDataException(0, "the secret part of the key is elsewhere: on a card, or left out");
        if (key.S2k is { Type: not (S2k.Simple or S2k.Salted or S2k.SaltedAndIterated) and int type })
            throw new MalformedDataException(0, $"its passphrase is stretched by method {type}, which is not known");
        return new(key);
    }

    /// <summary>The key for the class library; the caller disposes it.</summary>
    /// <param name="passphrase">Its passphrase, where it is encrypted.</param>
    /// <exception cref="MalformedDataException">The passphrase does not fit, or the numbers are no RSA key.</exception>
    public RSA Unlock(string? passphrase) =>
        Guarded("the passphrase does not fit, or the key is damaged", () =>
        {
            PgpPrivateKey unlocked = _key.ExtractPrivateKeyUtf8(passphrase?.ToCharArray() ?? []);
            return RSA.Create(ParametersOf((RsaPrivateCrtKeyParameters)unlocked.Key));
        });

    private static RSAParameters ParametersOf(RsaPrivateCrtKeyParameters key)
    {
        if (!key.P.Multiply(key.Q).Equals(key.Modulus))
            throw new MalformedDataException(0, "the numbers are no RSA key: the primes do not give the modulus");
        int length = (key.Modulus.BitLength + 7) / 8, half = (length + 1) / 2;
        return new()
        {
            Modulus = key.Modulus.ToByteArrayUnsigned(),
            Exponent = key.PublicExponent.ToByteArrayUnsigned(),
            D = BigIntegers.AsUnsignedByteArray(length, key.Exponent),
            P = BigIntegers.AsUnsignedByteArray(half, key.P),
            Q = BigIntegers.AsUnsignedByteArray(half, key.Q),
            DP = BigIntegers.AsUnsignedByteArray(half, key.DP),
            DQ = BigIntegers.AsUnsignedByteArray(half, key.DQ),
            InverseQ = BigIntegers.AsUnsignedByteArray(half, key.QInv),
        };
    }

    // Damaged bytes make the library throw whatever its code meets first: errors of its own, of streams, of arrays, of
    // casts. The bytes are in memory, so none of them is about a file.
    private static T Guarded<T>(string message, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not (MalformedDataException or OutOfMemoryException))
        {
            throw new MalformedDataException(0, message, exception);
        }
    }
}
