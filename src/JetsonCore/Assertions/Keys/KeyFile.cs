// A key in a file: two PEM blocks.
//
//   -----BEGIN PRIVATE KEY-----  or  -----BEGIN ENCRYPTED PRIVATE KEY-----     PKCS#8
//   -----BEGIN PUBLIC KEY-----                                                so that the id needs no passphrase
//
// The second block may be missing, as in files that openssl makes. Encrypted keys use PBES2 with AES-256. Keys that gpg
// has exported in armour are read, and not written.
using System.Security.Cryptography;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions.Keys;

/// <summary>Key files as text.</summary>
public static class KeyFile
{
    /// <summary>A key file must hold an RSA key that can be read.</summary>
    public static readonly Rule Unreadable = new("JC3201", Severity.Error, "a key file holds an RSA key in PKCS#8 PEM");

    /// <summary>Short keys sign nothing.</summary>
    public static readonly Rule TooShort = new("JC3202", Severity.Error, "a signing key has at least 4096 bits");

    /// <summary>An encrypted key needs its passphrase.</summary>
    public static readonly Rule Passphrase = new("JC3203", Severity.Error, "an encrypted key needs its passphrase");

    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY", PlainLabel = "PRIVATE KEY",
        PublicLabel = "PUBLIC KEY";

    /// <summary>Reads the private key of a file's text.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="passphrase">Its passphrase, or null.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="UserErrorException">There is no such key, it is too short, or the passphrase does not
    /// fit.</exception>
    public static AssertionKey Read(string text, string? passphrase, string path)
    {
        if (text.Contains(OpenPgpSecretKey.ArmourStart, StringComparison.Ordinal))
            return ReadOpenPgp(text, passphrase, path);
        bool isEncrypted = Block(text, EncryptedLabel) is not null;
        string block = Block(text, EncryptedLabel) ?? Block(text, PlainLabel)
            ?? throw Fail(Unreadable, path, "cannot use the key: there is no block \"PRIVATE KEY\"",
                "convert it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        if (isEncrypted && passphrase is null)
            throw NoPassphrase(path);
        var rsa = RSA.Create();
        try
        {
            if (isEncrypted)
                rsa.ImportFromEncryptedPem(block, passphrase);
            else
                rsa.ImportFromPem(block);
            return rsa.KeySize >= AssertionKey.ShortestBits ? AssertionKey.Of(rsa) : throw Short(rsa.KeySize, path);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
            throw isEncrypted
                ? Fail(Passphrase, path, "cannot use the key: the passphrase does not fit, or the file is damaged",
                    null)
                : Fail(Unreadable, path, "cannot use the key: the block \"PRIVATE KEY\" is no RSA key", null);
        }
    }

    /// <summary>The id of the key in a file, without its passphrase; null where the file does not tell.</summary>
    public static string? FindId(string text)
    {
        if (Block(text, PublicLabel) is null && Block(text, PlainLabel) is null)
            return null;
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(Block(text, PublicLabel) ?? Block(text, PlainLabel));
            using AssertionKey? key = rsa.KeySize >= AssertionKey.ShortestBits ? AssertionKey.Of(rsa) : null;
            return key?.Id;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether a file's key needs a passphrase.</summary>
    public static bool IsEncrypted(string text)
    {
        if (!text.Contains(OpenPgpSecretKey.ArmourStart, StringComparison.Ordinal))
            return Block(text, EncryptedLabel) is not null;
        try
        {
            return OpenPgpSecretKey.Read(text).IsEncrypted;
        }
        catch (MalformedDataException)      // reading it says why it is none
        {
            return false;
        }
    }

    /// <summary>The text of a key file.</summary>
    public static string Write(AssertionKey key, string? passphrase)
    {
        ArgumentNullException.ThrowIfNull(key);
        return $"{key.ExportPem(passphrase)}\n{key.ExportPublicPem()}\n";
    }

    private static AssertionKey ReadOpenPgp(string text, string? passphrase, string path)
    {
        try
        {
            OpenPgpSecretKey secret = OpenPgpSecretKey.Read(text);
            if (secret.IsEncrypted && passphrase is null)
                throw NoPassphrase(path);
            RSA rsa = secret.Unlock(passphrase);
            if (rsa.KeySize >= AssertionKey.ShortestBits)
                return AssertionKey.Of(rsa);
            int bits = rsa.KeySize;
            rsa.Dispose();
            throw Short(bits, path);
        }
        catch (MalformedDataException exception)
        {
            throw Fail(Unreadable, path, $"cannot use the key: {exception.Message}",
                "export it: gpg --export-secret-keys --armor KEY > FILE");
        }
    }

    private static string? Block(string text, string label)
    {
        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label].SequenceEqual(label))
                return rest[fields.Location].ToString();
            rest = rest[fields.Location.End..];
        }
        return null;
    }

    private static UserErrorException NoPassphrase(string path) => Fail(Passphrase, path,
        "cannot use the key: it is encrypted, and no passphrase is given",
        "give --passphrase-env NAME or --passphrase-fd NUMBER, or run it on a terminal");

    private static UserErrorException Short(int bits, string path) => Fail(TooShort, path,
        $"cannot use the key: it has {bits} bits, signing needs {AssertionKey.ShortestBits}", null);

    private static UserErrorException Fail(Rule rule, string path, string message, string? hint) =>
        new(FailureKind.Input, rule, path, message, hint);
}
