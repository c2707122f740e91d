// ar archives, as .deb packages and libraries are:
//
//   0x00  8  "!<arch>\n"
//   then members, each at an even offset:
//   0x00 16  name, blanks behind; may end in "/"      0x28  8  mode, octal
//   0x10 12  time, decimal                            0x30 10  length, decimal
//   0x1C  6  owner, 0x22 6 group                      0x3A  2  "`\n", then the content
//
// GNU's long names are "/PLACE" in the content of a member "//", each ending with "/" and a line break; a member "/" is
// the table of symbols. Spec: ar(5), deb(5). Not done: long names of BSD ("#1/").
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ar;

/// <summary>One member of an archive.</summary>
/// <param name="Name">Its name, without the blanks and "/" behind.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ArMember(string Name, FileContent Content);

/// <summary>Reads ar archives.</summary>
public static class ArReader
{
    private const int HeaderSize = 60, NameLength = 16, LengthOffset = 48, LengthLength = 10, EndOffset = 58;
    private const int LongNamesMax = 64 << 20;
    private const string SymbolTable = "/", LongNames = "//";

    /// <summary>Whether a file that begins so may be an archive.</summary>
    public static bool IsArchive(ReadOnlySpan<byte> head) => head.StartsWith("!<arch>\n"u8);

    /// <summary>The members, in their order; a table of symbols is called "/".</summary>
    /// <exception cref="MalformedDataException">No such archive, a damaged one, or too many members.</exception>
    public static IReadOnlyList<ArMember> Read(FileContent archive, ReadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(limits);
        using Stream stream = archive.Open();
        ReadOnlySpan<byte> magic = "!<arch>\n"u8;
        if (archive.Length < magic.Length || !stream.ReadBytesAt(0, magic.Length).AsSpan().SequenceEqual(magic))
            throw new MalformedDataException(0, "no ar archive");
        var members = new List<ArMember>();
        byte[] longNames = [];
        long offset = magic.Length;
        while (offset < archive.Length)
        {
            if (members.Count >= limits.Entries)
                throw new MalformedDataException(offset, $"holds more than the {limits.Entries} accepted members");
            byte[] header = stream.ReadBytesAt(offset, HeaderSize);
            long contentOffset = offset + HeaderSize;
            FileContent content = archive.Slice(contentOffset, ParseLength(header, offset));
            string name = Encoding.Latin1.GetString(header, 0, NameLength).TrimEnd(' ');
            if (name == LongNames)
                longNames = content.ReadAll(LongNamesMax);
            else
                members.Add(new(NameOf(name, longNames, offset), content));
            offset = Alignment.Up(contentOffset + content.Length, 2);
        }
        return members;
    }

    private static string NameOf(string name, byte[] longNames, long offset)
    {
        if (name is not ['/', >= '0' and <= '9', ..])
            return name is SymbolTable || !name.EndsWith('/') ? name : name[..^1];
        bool isPlace = int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int place);
        int length = isPlace && place < longNames.Length ? longNames.AsSpan(place).IndexOfAny("/\n"u8) : -1;
        return length >= 0
            ? NodeName.Decode(longNames.AsSpan(place, length))
            : throw new MalformedDataException(offset, $"\"{name}\" is no long name");
    }

    private static long ParseLength(byte[] header, long offset)
    {
        if (header[EndOffset] != '`' || header[EndOffset + 1] != '\n')
            throw new MalformedDataException(offset + EndOffset, "member header does not end as it should");
        string digits = Encoding.Latin1.GetString(header, LengthOffset, LengthLength).TrimEnd(' ');
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? length
            : throw new MalformedDataException(offset + LengthOffset, $"\"{digits}\" is no length");
    }
}
