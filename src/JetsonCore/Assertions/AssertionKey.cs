// A key that signs assertions: RSA with at least 4096 bits, named by the SHA3-384 digest of its public half in the
// OpenPGP envelope (version byte and packet), whose creation time is fixed so that the same key has one name
// everywhere. Its private half is here, or with another program that makes signatures when asked.
// Spec and peer: snapd asserts/crypto.go.
using System.Security.Cryptography;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions;

/// <summary>A signing key.</summary>
public sealed class AssertionKey : IDisposable
{
    /// <summary>The fewest bits of a key that may sign.</summary>
    public const int ShortestBits = 4096;

    /// <summary>2016-01-01T00:00:00Z, the creation time of every key.</summary>
    private const uint CreatedUnixSeconds = 1451606400;

    private readonly RSA _rsa;
    private readonly ContentSigner _sign;

    private AssertionKey(RSA rsa, ContentSigner sign)
    {
        (_rsa, _sign) = (rsa, sign);
        PublicKey = Named(rsa);
        Id = IdOf(PublicKey);
    }

    /// <summary>Makes a signature packet of some content.</summary>
    /// <param name="content">What is signed.</param>
    /// <param name="key">The public half.</param>
    /// <param name="seconds">The time for the signature, in seconds since 1970.</param>
    internal delegate OpenPgpPacket ContentSigner(ReadOnlySpan<byte> content, OpenPgpPublicKey key, uint seconds);

    /// <summary>The public half.</summary>
    public OpenPgpPublicKey PublicKey { get; }

    /// <summary>The value of "sign-key-sha3-384" in what it signs.</summary>
    public string Id { get; }

    /// <summary>The public half as account-key assertions carry it in their body.</summary>
    public string EncodedPublicKey => OpenPgpEnvelope.Encode(PublicKey.ToPacket());

    /// <summary>Takes over an RSA key with its private part.</summary>
    /// <exception cref="ArgumentException">It is shorter than <see cref="ShortestBits"/>.</exception>
    public static AssertionKey Of(RSA rsa)
    {
        ArgumentNullException.ThrowIfNull(rsa);
        return rsa.KeySize >= ShortestBits
            ? new(rsa, (content, key, seconds) => OpenPgpSignature.Create(content, rsa, key, seconds).ToPacket())
            : throw new ArgumentException($"a key of {rsa.KeySize} bits is shorter than {ShortestBits}", nameof(rsa));
    }

    /// <summary>A key whose private half is with somebody who signs with it.</summary>
    internal static AssertionKey Elsewhere(OpenPgpPublicKey key, ContentSigner sign) => new(key.ToRsa(), sign);

    /// <summary>The id of a public key, whatever creation time it carries.</summary>
    public static string IdOf(OpenPgpPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        using RSA rsa = key.ToRsa();
        return AssertionDigest.Of([OpenPgpEnvelope.Version, .. Named(rsa).ToPacket().Encode()]);
    }

    /// <summary>The public key in the body of an account-key or account-key-request.</summary>
    /// <exception cref="MalformedDataException">The body is no RSA key.</exception>
    public static OpenPgpPublicKey DecodePublicKey(ReadOnlySpan<byte> body) =>
        OpenPgpPublicKey.Read(OpenPgpEnvelope.Decode(body));

    /// <summary>The signature text of some content, closed by a line end.</summary>
    public string Sign(ReadOnlySpan<byte> content, DateTimeOffset signingTime)
    {
        uint seconds = checked((uint)signingTime.ToUnixTimeSeconds());
        return OpenPgpEnvelope.Encode(_sign(content, PublicKey, seconds)) + "\n";
    }

    /// <summary>The private half as PKCS#8.</summary>
    internal string ExportPem(string? passphrase) => passphrase is null
        ? _rsa.ExportPkcs8PrivateKeyPem()
        : _rsa.ExportEncryptedPkcs8PrivateKeyPem(passphrase,
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 600_000));

    /// <summary>The public half as SubjectPublicKeyInfo.</summary>
    internal string ExportPublicPem() => _rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>A public key with the creation time that all have.</summary>
    internal static OpenPgpPublicKey Named(RSA rsa) => new(rsa, CreatedUnixSeconds);

    /// <inheritdoc/>
    public void Dispose() => _rsa.Dispose();
}
