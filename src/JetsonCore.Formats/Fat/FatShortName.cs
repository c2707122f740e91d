// The 8.3 name that every file has, and the one that is made for a long name: "long name here.txt" is LONGNA~1.TXT.
// A short name has eight bytes and three, padded with spaces, in capitals, in the code page of the system; what is
// written here is plain ASCII, so no code page matters. Reading uses code page 850, as dosfstools and mtools do.
//
// Spec: Microsoft FAT32 File System Specification 1.03, "Long Directory Entries" (basis name, numeric tail, checksum).
using System.Globalization;
using System.Text;

namespace JetsonCore.Formats.Fat;

internal static class FatShortName
{
    public const int Length = 11;

    private const int BaseLength = 8, ExtensionLength = 3, TailMax = 999_999;
    private const byte Space = 0x20, KanjiE5 = 0x05, Deleted = 0xE5;
    private const string Punctuation = "$%'-_@~`!(){}^#&";

    /// <summary>The code page of short names and labels.</summary>
    public static Encoding CodePage { get; } =
        CodePagesEncodingProvider.Instance.GetEncoding(850) ?? throw new NotSupportedException("code page 850");

    /// <summary>The short name that says all of a long one; null where a long name is needed.</summary>
    public static byte[]? TryExact(string name)
    {
        int dot = name.LastIndexOf('.');
        string stem = dot < 0 ? name : name[..dot], extension = dot < 0 ? "" : name[(dot + 1)..];
        bool fits = stem.Length is > 0 and <= BaseLength && extension.Length <= ExtensionLength
            && (dot < 0 || extension.Length > 0) && stem.All(IsAllowed) && extension.All(IsAllowed);
        return fits ? Join(stem, extension) : null;
    }

    /// <summary>A short name for a long one that no other file of the directory answers to.</summary>
    public static byte[] Make(string name, FatNameSpace directory)
    {
        if (TryExact(name.ToUpperInvariant()) is { } exact && directory.TryTake(exact, name))
            return exact;
        string plain = name.TrimStart('.');
        int dot = plain.LastIndexOf('.');
        string stem = Reduce(dot < 0 ? plain : plain[..dot], BaseLength);
        string extension = Reduce(dot < 0 ? "" : plain[(dot + 1)..], ExtensionLength);
        if (stem.Length == 0)
            stem = "_";
        for (int tail = directory.NextTail(stem, extension); tail <= TailMax; tail++)
        {
            string number = "~" + tail.ToString(CultureInfo.InvariantCulture);
            byte[] candidate = Join(stem[..Math.Min(stem.Length, BaseLength - number.Length)] + number, extension);
            if (!directory.TryTake(candidate, name))
                continue;
            directory.SetNextTail(stem, extension, tail + 1);
            return candidate;
        }
        throw new InvalidOperationException($"more than {TailMax} names like \"{name}\" in one directory");
    }

    /// <summary>The name that eleven bytes stand for; the flags say that a part of it is in small letters.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, bool lowerStem, bool lowerExtension)
    {
        Span<byte> copy = stackalloc byte[Length];
        bytes[..Length].CopyTo(copy);
        if (copy[0] == KanjiE5)
            copy[0] = Deleted;
        string stem = CodePage.GetString(copy[..BaseLength].TrimEnd(Space));
        string extension = CodePage.GetString(copy[BaseLength..].TrimEnd(Space));
        stem = lowerStem ? stem.ToLowerInvariant() : stem;
        extension = lowerExtension ? extension.ToLowerInvariant() : extension;
        return extension.Length == 0 ? stem : $"{stem}.{extension}";
    }

    /// <summary>The byte that ties the entries of a long name to the short one.</summary>
    public static byte Checksum(ReadOnlySpan<byte> shortName)
    {
        int sum = 0;
        foreach (byte value in shortName[..Length])
            sum = (((sum & 1) << 7) + (sum >> 1) + value) & 0xFF;
        return (byte)sum;
    }

    private static bool IsAllowed(char character) =>
        char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character) || Punctuation.Contains(character);

    private static string Reduce(string part, int lengthMax)
    {
        var reduced = new StringBuilder();
        foreach (char character in part.Where(character => character is not (' ' or '.')).Take(lengthMax))
        {
            char upper = char.ToUpperInvariant(character);
            reduced.Append(IsAllowed(upper) ? upper : '_');
        }
        return reduced.ToString();
    }

    private static byte[] Join(string stem, string extension) =>
        Encoding.ASCII.GetBytes(stem.PadRight(BaseLength) + extension.PadRight(ExtensionLength));
}
