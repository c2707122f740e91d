// A signature packet, version 4, over a binary document: RSA PKCS#1 v1.5 with SHA-512.
//
//   offset   size  field
//   0x00        1  version        4
//   0x01        1  type           0x00 binary document
//   0x02        1  algorithm      1 RSA
//   0x03        1  hash           10 SHA-512
//   0x04        2  hashed length  big-endian
//   0x06        n  hashed         subpackets: length, type (bit 7: critical), content
//   ...         2  unhashed length
//   ...         n  unhashed       subpackets that no signature covers
//   ...         2  left           first two bytes of the digest
//   ...         n  signature      multiprecision integer
//
// Digested are the document, the packet up to the end of the hashed subpackets, and 04 FF with the length of that
// stretch in four bytes. Written are two hashed subpackets: 2, the creation time, and 16, the issuer's key id, which is
// left out where the private key is elsewhere.
// Spec: RFC 4880, sections 5.2.3 and 5.2.4. Peers: golang.org/x/crypto/openpgp/packet (same bytes), gpg.
using System.Buffers.Binary;
using System.Security.Cryptography;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.OpenPgp;

/// <summary>A detached signature of a document.</summary>
public sealed class OpenPgpSignature
{
    private const byte Version = 4, BinaryDocument = 0, Sha512 = 10;
    private const byte CreationTimeType = 2, IssuerType = 16, CriticalBit = 0x80;
    private const int SubpacketsOffset = 6;

    // Types that may be marked critical: the same set as Go's library accepts.
    private static readonly byte[] KnownTypes = [2, 3, 9, 11, 16, 21, 22, 25, 27, 29, 30, 32];

    private readonly byte[] _hashed;       // from the version to the end of the hashed subpackets
    private readonly byte[] _unhashed;
    private readonly byte[] _left;
    private readonly byte[] _number;

    private OpenPgpSignature(byte[] hashed, byte[] unhashed, byte[] left, byte[] number)
    {
        (_hashed, _unhashed, _left, _number) = (hashed, unhashed, left, number);
        CreatedUnixSeconds = FindCreationTime(hashed);
    }

    /// <summary>When it was made, in seconds since 1970, as the signer says.</summary>
    public uint CreatedUnixSeconds { get; }

    /// <summary>Signs a document. The same document, key and time give the same bytes.</summary>
    /// <param name="document">What is signed.</param>
    /// <param name="privateKey">An RSA key with its private part.</param>
    /// <param name="publicKey">The same key as OpenPGP names it.</param>
    /// <param name="createdUnixSeconds">The time that the signature carries.</param>
    public static OpenPgpSignature Create(
        ReadOnlySpan<byte> document, RSA privateKey, OpenPgpPublicKey publicKey, uint createdUnixSeconds)
    {
        ArgumentNullException.ThrowIfNull(privateKey);
        ArgumentNullException.ThrowIfNull(publicKey);
        var issuer = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(issuer, publicKey.KeyId);
        return Create(document, createdUnixSeconds, [9, IssuerType, .. issuer],
            digest => privateKey.SignHash(digest, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));
    }

    /// <summary>
    /// Signs a document with a private key that is elsewhere. No issuer is named, as snapd names none.
    /// </summary>
    /// <param name="document">What is signed.</param>
    /// <param name="signDigest">Makes the RSA signature (PKCS#1 v1.5) of a SHA-512 digest, as long as the
    /// modulus.</param>
    /// <param name="createdUnixSeconds">The time that the signature carries.</param>
    public static OpenPgpSignature Create(
        ReadOnlySpan<byte> document, Func<byte[], byte[]> signDigest, uint createdUnixSeconds)
    {
        ArgumentNullException.ThrowIfNull(signDigest);
        return Create(document, createdUnixSeconds, [], signDigest);
    }

    /// <summary>Reads a signature packet.</summary>
    /// <exception cref="MalformedDataException">Another packet, version, algorithm or digest, or broken
    /// subpackets.</exception>
    public static OpenPgpSignature Read(OpenPgpPacket packet)
    {
        if (packet.Tag != OpenPgpPacket.SignatureTag)
            throw new MalformedDataException(0, $"a packet with tag {packet.Tag} is no signature");
        ReadOnlySpan<byte> body = packet.Body.Span;
        var cursor = new SpanCursor(body);
        byte version = cursor.ReadByte();
        if (version != Version)
            throw new MalformedDataException(0, $"signature version {version} is not supported, only {Version}");
        byte type = cursor.ReadByte();
        if (type != BinaryDocument)
            throw new MalformedDataException(1, $"signature type 0x{type:x2} is not that of a binary document, 0x00");
        RsaAlgorithm.Check(cursor.ReadByte(), 2);
        byte hash = cursor.ReadByte();
        if (hash != Sha512)
            throw new MalformedDataException(3, $"digest {hash} is not supported, only SHA-512 ({Sha512})");
        cursor.Skip(cursor.ReadUInt16BigEndian());
        byte[] hashed = body[..cursor.Position].ToArray();
        byte[] unhashed = cursor.Take(cursor.ReadUInt16BigEndian()).ToArray();
        byte[] left = cursor.Take(2).ToArray();
        byte[] number = MultiPrecisionInteger.Read(ref cursor);
        if (cursor.Remaining != 0)
            throw new MalformedDataException(cursor.Offset, $"{cursor.Remaining} bytes follow the signature");
        CheckUnhashed(unhashed, hashed.Length + 2);
        return new(hashed, unhashed, left, number);
    }

    /// <summary>Whether <paramref name="key"/> made this signature of <paramref name="document"/>.</summary>
    public bool Verifies(ReadOnlySpan<byte> document, OpenPgpPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] digest = Digest(document, _hashed);
        if (!digest.AsSpan(0, 2).SequenceEqual(_left))
            return false;
        using RSA rsa = key.ToRsa();
        int length = (key.SizeBits + 7) / 8;
        if (_number.Length > length)
            return false;
        var padded = new byte[length];
        _number.CopyTo(padded, length - _number.Length);
        return rsa.VerifyHash(digest, padded, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
    }

    /// <summary>The signature as a packet.</summary>
    public OpenPgpPacket ToPacket() => new(OpenPgpPacket.SignatureTag, (byte[])
    [
        .. _hashed,
        (byte)(_unhashed.Length >> 8), (byte)(_unhashed.Length & 0xFF), .. _unhashed,
        .. _left,
        .. MultiPrecisionInteger.EncodeWhole(_number),
    ]);

    private static OpenPgpSignature Create(
        ReadOnlySpan<byte> document, uint createdUnixSeconds, byte[] issuer, Func<byte[], byte[]> signDigest)
    {
        var time = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(time, createdUnixSeconds);
        byte[] subpackets = [5, CreationTimeType, .. time, .. issuer];
        byte[] hashed =
        [
            Version, BinaryDocument, RsaAlgorithm.SignAndEncrypt, Sha512, 0, (byte)subpackets.Length, .. subpackets,
        ];
        byte[] digest = Digest(document, hashed);
        return new(hashed, [], digest[..2], signDigest(digest));
    }

    private static byte[] Digest(ReadOnlySpan<byte> document, byte[] hashed)
    {
        Span<byte> trailer = [Version, 0xFF, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(trailer[2..], hashed.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(document);
        hash.AppendData(hashed);
        hash.AppendData(trailer);
        return hash.GetHashAndReset();
    }

    private static uint FindCreationTime(byte[] hashed)
    {
        var cursor = new SpanCursor(hashed.AsSpan(SubpacketsOffset), SubpacketsOffset);
        uint? created = null;
        while (cursor.Remaining > 0)
        {
            ReadOnlySpan<byte> content = ReadSubpacket(ref cursor, out byte type);
            if (type != CreationTimeType)
                continue;
            if (content.Length != 4)
                throw new MalformedDataException(cursor.Offset, $"a creation time has 4 bytes, not {content.Length}");
            created = BinaryPrimitives.ReadUInt32BigEndian(content);
        }
        return created ?? throw new MalformedDataException(SubpacketsOffset, "the signature has no creation time");
    }

    private static void CheckUnhashed(byte[] unhashed, int offset)
    {
        var cursor = new SpanCursor(unhashed, offset);
        while (cursor.Remaining > 0)
            ReadSubpacket(ref cursor, out _);
    }

    private static ReadOnlySpan<byte> ReadSubpacket(ref SpanCursor cursor, out byte type)
    {
        long offset = cursor.Offset;
        int first = cursor.ReadByte();
        long length = first switch
        {
            < 192 => first,
            < 255 => ((first - 192) << 8) + cursor.ReadByte() + 192,
            _ => cursor.ReadUInt32BigEndian(),
        };
        if (length < 1 || length > cursor.Remaining)
            throw new MalformedDataException(offset, $"a subpacket of {length} bytes with {cursor.Remaining} left");
        byte marked = cursor.ReadByte();
        type = (byte)(marked & ~CriticalBit);
        if ((marked & CriticalBit) != 0 && !KnownTypes.Contains(type))
            throw new MalformedDataException(offset, $"subpacket {type} is critical and not known here");
        return cursor.Take((int)length - 1);
    }
}
