// Debian binary packages, format 2.0: an ar archive of
//
//   debian-binary     "2.0\n" (a higher minor number is compatible)
//   control.tar.EXT   control files, none/gz/xz/zst
//   data.tar.EXT      the files to install, none/gz/xz/zst/bz2/lzma
//
// in this order, with members whose names begin with "_" between them, which readers pass over. Spec: deb(5).
using System.Text;
using JetsonCore.Formats.Ar;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Deb;

/// <summary>Reads Debian binary packages.</summary>
public static class DebReader
{
    private const int ControlLengthMax = 64 << 20, ControlFileLengthMax = 1 << 20, MemberCountMax = 64;

    private static readonly Dictionary<string, CompressionFormat> Formats = new(StringComparer.Ordinal)
    {
        [""] = CompressionFormat.None,
        [".gz"] = CompressionFormat.Gzip,
        [".xz"] = CompressionFormat.Xz,
        [".zst"] = CompressionFormat.Zstd,
        [".bz2"] = CompressionFormat.Bzip2,
        [".lzma"] = CompressionFormat.LzmaAlone,
    };

    /// <summary>Whether a file may be a package: whether it begins as an ar archive of packages does.</summary>
    public static bool IsPackage(ReadOnlySpan<byte> start) => start.StartsWith("!<arch>\ndebian-binary"u8);

    /// <summary>Reads a package.</summary>
    /// <param name="package">The .deb file.</param>
    /// <param name="spool">Keeps the unpacked data.tar, of which the contents are parts.</param>
    /// <param name="limits">What is accepted; its content bytes also limit what data.tar unpacks to.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="MalformedDataException">No package, a damaged one, or one that exceeds a limit.</exception>
    public static DebPackage Read(
        FileContent package, ContentSpool spool, ReadLimits limits, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(spool);
        ArgumentNullException.ThrowIfNull(limits);
        List<ArMember> members = [.. ArReader.Read(package, limits with { Entries = MemberCountMax })
            .Where(member => !member.Name.StartsWith('_'))];
        if (members is not [{ Name: "debian-binary" } version, var control, var files, ..])
            throw new MalformedDataException(0, "no Debian package: it lacks debian-binary, control.tar or data.tar");
        string number = Encoding.ASCII.GetString(version.Content.ReadAll(ControlFileLengthMax));
        if (!number.StartsWith("2.", StringComparison.Ordinal))
            throw new MalformedDataException(0, $"Debian package of format \"{number.TrimEnd()}\", only 2.x is known");
        FileContent controlTar = Unpack(control, "control.tar", MemorySpool.Keep, ControlLengthMax);
        DirectoryNode controlTree = TarTree.Read(controlTar, limits, cancellation: cancellation);
        if (controlTree.Find("control") is not RegularFileNode fields)
            throw new MalformedDataException(0, "no Debian package: control.tar lacks the file \"control\"");
        FileContent filesTar = Unpack(files, "data.tar", spool, limits.ContentBytes);
        return new()
        {
            Fields = ParseFields(Encoding.UTF8.GetString(fields.Content.ReadAll(ControlFileLengthMax))),
            Control = controlTree,
            Content = TarTree.Read(filesTar, limits, cancellation: cancellation),
        };
    }

    private static FileContent Unpack(ArMember member, string stem, ContentSpool spool, long maximumLength)
    {
        bool isNamed = member.Name.StartsWith(stem, StringComparison.Ordinal);
        if (!isNamed || !Formats.TryGetValue(member.Name[stem.Length..], out CompressionFormat format))
            throw new MalformedDataException(0, $"member \"{member.Name}\" where {stem} belongs");
        if (format == CompressionFormat.None)
            return member.Content;
        using Stream compressed = member.Content.Open();
        using Stream plain = Decompression.OpenRead(compressed, format);
        return spool(plain, maximumLength);
    }

    // "Name: value", further lines of a value indented by a blank; a lone "." stands for an empty line and stays.
    private static Dictionary<string, string> ParseFields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? current = null;
        foreach (string line in text.Split('\n').TakeWhile((line, index) => line is not "" || index == 0))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.StartsWith(' ') || line.StartsWith('\t'))
                fields[current ?? throw Unreadable(line)] += "\n" + line[1..];
            else if (colon > 0)
                fields[current = line[..colon]] = line[(colon + 1)..].Trim();
            else
                throw Unreadable(line);
        }
        return fields;

        static MalformedDataException Unreadable(string line) => new(0, $"control file has the line \"{line}\"");
    }
}
