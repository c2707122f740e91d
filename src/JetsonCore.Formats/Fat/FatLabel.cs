// The label of a FAT file system: eleven bytes of code page 850, in the boot sector and in the root directory.
namespace JetsonCore.Formats.Fat;

internal static class FatLabel
{
    // What dosfstools refuses in a label.
    private const string Forbidden = "\"*+,./:;<=>?[\\]|\u007F";

    /// <summary>What the boot sector says where there is no label.</summary>
    public static byte[] None => "NO NAME    "u8.ToArray();

    /// <summary>The eleven bytes of a label.</summary>
    /// <exception cref="ArgumentException">The label cannot be expressed.</exception>
    public static byte[] Encode(string label)
    {
        if (label.Length == 0)
            throw new ArgumentException("cannot use an empty label: for none, leave it out");
        byte[] bytes = FatShortName.CodePage.GetBytes(label);
        if (bytes.Length > FatShortName.Length || FatShortName.CodePage.GetString(bytes) != label)
            throw new ArgumentException($"cannot use the label \"{label}\": a FAT label has 1 to "
                + $"{FatShortName.Length} characters of code page 850");
        if (label[0] == ' ' || label.Any(character => character < ' ' || Forbidden.Contains(character)))
            throw new ArgumentException($"cannot use the label \"{label}\": a FAT label has no space in front, "
                + $"no control characters and none of {Forbidden[..^1]}");
        return [.. bytes, .. Enumerable.Repeat((byte)' ', FatShortName.Length - bytes.Length)];
    }

    /// <summary>The label that eleven bytes stand for; null for none.</summary>
    public static string? Decode(byte[] label)
    {
        string text = FatShortName.CodePage.GetString(label).TrimEnd(' ', '\0');
        return text.Length == 0 || label.AsSpan().SequenceEqual(None) ? null : text;
    }
}
