// U-Boot's texts are bytes; here a character stands for one byte.
using System.Text;

namespace JetsonCore.Boot.Commands;

/// <summary>Texts whose characters are bytes.</summary>
internal static class UBootText
{
    /// <summary>Bytes as a text.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>The bytes of a text.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A text of the host as U-Boot has it: UTF-8, a character for each byte.</summary>
    public static string FromHost(string text) => Of(Formats.Trees.NodeName.Encode(text));

    /// <summary>The same for the host to read.</summary>
    public static string ToHost(string text) => Formats.Trees.NodeName.Decode(Bytes(text));
}
