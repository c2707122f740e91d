// Where an artefact lies: the one room in which addresses are understood.
//
//   FILE                   a file of the host; also if its name holds ":"
//   FILE:PART              what lies in it: a partition by name, number or the label of what it holds; any other part
//                          (ArtefactParts.cs); a path, where it holds files
//   FILE:@BYTES            what lies from an offset on, to the end: 17408, 0x4400, 17K
//
// All of it may go on: PART/PATH, PATH:PART, PATH/PATH. A colon or slash leads on into whatever holds something, as
// deep as there is: jetson.img:writable/system-data/…/core18.snap:/meta/snap.yaml. Images may be compressed, or Android
// sparse ones. A file or part that is really called so comes before a way through one.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>What keeps unpacked bytes, and how much is accepted.</summary>
/// <param name="Spool">Keeps what has to be unpacked.</param>
/// <param name="Limits">What is accepted.</param>
/// <param name="Cancellation">Ends the reading early.</param>
internal sealed record ArtefactReading(ContentSpool Spool, ReadLimits Limits, CancellationToken Cancellation)
{
    public FileContent Unpack(FileContent file, CompressionFormat compression)
    {
        using Stream packed = file.Open();
        using DecompressionStream plain = Decompression.OpenRead(packed, compression);
        return Spool(plain, Limits.ContentBytes);
    }
}

/// <summary>An address, taken apart.</summary>
/// <param name="Text">As it was typed, for messages.</param>
/// <param name="File">A file of the host.</param>
/// <param name="Part">What is named in it; null for the whole.</param>
internal sealed record ArtefactAddress(string Text, string File, string? Part)
{
    private const int NamesShown = 24;

    /// <summary>Takes an address apart; a file that is really called so comes before a part of one.</summary>
    public static ArtefactAddress Parse(string text)
    {
        if (!HostFile.Exists(text) && !HostFile.IsFolder(text))
        {
            for (int colon = text.LastIndexOf(':'); colon > 0; colon = text.LastIndexOf(':', colon - 1))
            {
                if (HostFile.Exists(text[..colon]))
                    return new(text, text[..colon], text[(colon + 1)..]);
            }
        }
        return new(text, text, null);
    }

    /// <summary>What follows <paramref name="name"/>, with the separator; null where a way does not begin so.</summary>
    public static string? After(string way, string name)
    {
        if (name.Length == 0 || !way.StartsWith(name, StringComparison.Ordinal))
            return null;
        return way.Length == name.Length ? "" : way[name.Length] is '/' or ':' ? way[name.Length..] : null;
    }

    /// <summary>A number of bytes: 17408, 0x4400, 17K.</summary>
    public static long? Bytes(string text)
    {
        const NumberStyles Digits = NumberStyles.None;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out long hex) && hex >= 0 ? hex : null;
        }
        int unit = text.Length > 1 ? "KMG".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) : -1;
        return long.TryParse(unit < 0 ? text : text.AsSpan(0, text.Length - 1), Digits, CultureInfo.InvariantCulture,
            out long number) && number <= long.MaxValue >> (10 * (unit + 1)) ? number << (10 * (unit + 1)) : null;
    }

    /// <summary>Which parts there are, for a message.</summary>
    public static string Known(IReadOnlyList<ArtefactPart> parts, string what)
    {
        if (parts.Count == 0)
            return $"there are no {what}s";
        IEnumerable<string> names = parts.Take(NamesShown).Select(part => part.Name.Length > 0
            ? $"{part.NumberText} {part.Name}"
            : part.NumberText);
        return $"there are {string.Join(", ", names)}{(parts.Count > NamesShown ? ", …" : "")}";
    }

    /// <summary>That there is no such part.</summary>
    public UserErrorException Missing(string message, string? hint) =>
        new(FailureKind.Input, ArtefactTree.NoSuchPart, Text, message, hint);
}
