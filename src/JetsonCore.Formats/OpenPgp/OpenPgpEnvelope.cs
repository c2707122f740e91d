// How assertions carry OpenPGP packets as text: base64 of one version byte and one packet, in lines of 76 characters.
//
//   base64( 01 | packet )
//
// Peer: snapd asserts/crypto.go. Reading ignores line ends, as Go's base64 decoder does, and nothing else.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.OpenPgp;

/// <summary>Version 1 of the envelope.</summary>
public static class OpenPgpEnvelope
{
    /// <summary>The version byte.</summary>
    public const byte Version = 1;

    private const int LineLength = 76;

    /// <summary>The text of a packet, without a line end behind the last line.</summary>
    public static string Encode(OpenPgpPacket packet)
    {
        string flat = Convert.ToBase64String([Version, .. packet.Encode()]);
        return string.Join('\n', flat.Chunk(LineLength).Select(line => new string(line)));
    }

    /// <summary>The packet of a text.</summary>
    /// <exception cref="MalformedDataException">No base64, another version, or not exactly one packet.</exception>
    public static OpenPgpPacket Decode(ReadOnlySpan<byte> text)
    {
        byte[] bytes = DecodeBase64(text);
        if (bytes is [])
            throw new MalformedDataException(0, "the text is empty");
        if (bytes[0] != Version)
            throw new MalformedDataException(0, $"version {bytes[0]} is not supported, only {Version}");
        return OpenPgpPacket.Read(bytes.AsMemory(1));
    }

    private static byte[] DecodeBase64(ReadOnlySpan<byte> text)
    {
        var characters = new char[text.Length];
        int count = 0;
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] is (byte)'\r' or (byte)'\n')
                continue;
            if (text[index] is <= (byte)' ' or >= 0x7F)     // .NET would pass over blanks
                throw new MalformedDataException(index, $"0x{text[index]:x2} is no base64 character");
            characters[count++] = (char)text[index];
        }
        var bytes = new byte[(count / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(characters.AsSpan(0, count), bytes, out int written)
            ? bytes[..written]
            : throw new MalformedDataException(0, "the text is no base64");
    }
}
