// An RSA public key packet, version 4.
//
//   offset   size  field
//   0x00        1  version     4
//   0x01        4  created     seconds since 1970, big-endian
//   0x05        1  algorithm   1 RSA (3, RSA for signing only, is accepted)
//   0x06        n  modulus     multiprecision integer
//   ...         n  exponent    multiprecision integer
//
// The fingerprint is SHA-1 over 0x99, the body's length in two bytes and the body; its last eight bytes are the key id
// that signatures carry as a hint. SHA-1 secures nothing here: it only names the key, as the format wants it.
// Spec: RFC 4880, sections 5.5.2 and 12.2. Peers: golang.org/x/crypto/openpgp/packet, gpg.
using System.Buffers.Binary;
using System.Security.Cryptography;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.OpenPgp;

/// <summary>An RSA public key with the time that OpenPGP makes part of its identity.</summary>
public sealed class OpenPgpPublicKey
{
    private const byte Version = 4, FingerprintMark = 0x99;
    private const int ShortestBits = 512;

    private readonly RSAParameters _parameters;
    private readonly byte[] _body;

    /// <summary>The public part of an RSA key.</summary>
    /// <param name="key">The key; only its public part is taken.</param>
    /// <param name="createdUnixSeconds">Its creation time in seconds since 1970.</param>
    public OpenPgpPublicKey(RSA key, uint createdUnixSeconds)
        : this(PublicParameters(key), createdUnixSeconds)
    {
    }

    private OpenPgpPublicKey(RSAParameters parameters, uint createdUnixSeconds)
    {
        _parameters = parameters;
        CreatedUnixSeconds = createdUnixSeconds;
        _body = EncodeBody();
    }

    /// <summary>Creation time in seconds since 1970.</summary>
    public uint CreatedUnixSeconds { get; }

    /// <summary>Length of the modulus in bits.</summary>
    public int SizeBits => _parameters.Modulus is { } modulus ? MultiPrecisionInteger.BitLength(modulus) : 0;

    /// <summary>The 64-bit key id.</summary>
    public ulong KeyId
    {
        get
        {
            byte[] marked = [FingerprintMark, (byte)(_body.Length >> 8), (byte)(_body.Length & 0xFF), .. _body];
#pragma warning disable CA5350 // The format names keys by SHA-1; no security rests on it.
            byte[] fingerprint = SHA1.HashData(marked);
#pragma warning restore CA5350
            return BinaryPrimitives.ReadUInt64BigEndian(fingerprint.AsSpan(12));
        }
    }

    /// <summary>Reads a public key packet.</summary>
    /// <exception cref="MalformedDataException">Another packet, version or algorithm, or numbers that are no RSA
    /// key.</exception>
    public static OpenPgpPublicKey Read(OpenPgpPacket packet)
    {
        if (packet.Tag != OpenPgpPacket.PublicKeyTag)
            throw new MalformedDataException(0, $"a packet with tag {packet.Tag} is no public key");
        var cursor = new SpanCursor(packet.Body.Span);
        byte version = cursor.ReadByte();
        if (version != Version)
            throw new MalformedDataException(0, $"public key version {version} is not supported, only {Version}");
        uint created = cursor.ReadUInt32BigEndian();
        RsaAlgorithm.Check(cursor.ReadByte(), cursor.Offset - 1);
        byte[] modulus = TrimLeadingZeros(MultiPrecisionInteger.Read(ref cursor));
        byte[] exponent = TrimLeadingZeros(MultiPrecisionInteger.Read(ref cursor));
        if (cursor.Remaining != 0)
            throw new MalformedDataException(cursor.Offset, $"{cursor.Remaining} bytes follow the public key");
        CheckNumbers(modulus, exponent);
        return new(new RSAParameters { Modulus = modulus, Exponent = exponent }, created);
    }

    /// <summary>The key as a packet.</summary>
    public OpenPgpPacket ToPacket() => new(OpenPgpPacket.PublicKeyTag, _body);

    /// <summary>The key for the class library; the caller disposes it.</summary>
    /// <exception cref="MalformedDataException">The library accepts no such key.</exception>
    public RSA ToRsa()
    {
        try
        {
            return RSA.Create(_parameters);
        }
        catch (CryptographicException exception)
        {
            throw new MalformedDataException(0, $"the numbers are no RSA key: {exception.Message}", exception);
        }
    }

    private static RSAParameters PublicParameters(RSA key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.ExportParameters(includePrivateParameters: false);
    }

    private static byte[] TrimLeadingZeros(byte[] number) => number.AsSpan().TrimStart((byte)0).ToArray();

    private static void CheckNumbers(byte[] modulus, byte[] exponent)
    {
        int bits = MultiPrecisionInteger.BitLength(modulus);
        if (bits < ShortestBits || modulus[^1] % 2 == 0)
        {
            throw new MalformedDataException(
                0, $"a modulus of {bits} bits is no RSA modulus of at least {ShortestBits} bits");
        }
        if (exponent.Length is 0 or > 4 || exponent[^1] % 2 == 0 || exponent is [1])
        {
            throw new MalformedDataException(
                0, $"an exponent of {exponent.Length} bytes is no RSA exponent of 1 to 4 bytes");
        }
    }

    private byte[] EncodeBody()
    {
        var start = new byte[6];
        start[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(start.AsSpan(1), CreatedUnixSeconds);
        start[5] = RsaAlgorithm.SignAndEncrypt;
        return
        [
            .. start,
            .. MultiPrecisionInteger.Encode(_parameters.Modulus),
            .. MultiPrecisionInteger.Encode(_parameters.Exponent),
        ];
    }
}
