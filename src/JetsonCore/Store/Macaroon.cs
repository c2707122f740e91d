// As much of macaroons as a client needs: a discharge is bound to its root, so that nobody who sees it can use it with
// another.
//
//   base64url of packets:  "002f" "signature " 32 bytes "\n"     four hex digits of length, name, blank, value, newline
//                                                                (the last packet is the signature)
//   bound signature = H(0, H(0, root's signature) + H(0, own signature))         H: HMAC-SHA256, 0: a key of zeros
//
// Spec and peer: libmacaroons' binary format version 1, gopkg.in/macaroon.v1.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace JetsonCore.Store;

internal static class Macaroon
{
    private const int SignatureLength = 32;
    private static readonly byte[] SignaturePacket = Encoding.ASCII.GetBytes("002fsignature ");

    /// <summary>The bytes of a macaroon's text.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static byte[] Decode(string text)
    {
        byte[] bytes = Base64Url.DecodeFromChars(text.Replace('+', '-').Replace('/', '_').TrimEnd('='));
        int packet = bytes.Length - SignatureLength - 1 - SignaturePacket.Length;
        return packet >= 0 && bytes[^1] == '\n' && bytes.AsSpan(packet).StartsWith(SignaturePacket)
            ? bytes
            : throw new FormatException("no macaroon: it does not end with a signature");
    }

    /// <summary>The signature at the end of a macaroon.</summary>
    public static byte[] Signature(byte[] macaroon) => macaroon[^(SignatureLength + 1)..^1];

    /// <summary>A discharge as it is sent with a root.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static string Bind(string discharge, byte[] rootSignature)
    {
        byte[] bytes = Decode(discharge), own = Signature(bytes), key = new byte[SignatureLength];
        if (!own.AsSpan().SequenceEqual(rootSignature))
        {
            byte[] both = [.. HMACSHA256.HashData(key, rootSignature), .. HMACSHA256.HashData(key, own)];
            HMACSHA256.HashData(key, both).CopyTo(bytes, bytes.Length - SignatureLength - 1);
        }
        return Base64Url.EncodeToString(bytes);
    }
}
