// Finds the environment that a U-Boot carries with it: in u-boot.bin lies a row of "name=value" texts, each ended by
// NUL, the row by another NUL. The row with "bootcmd=" in it that has the most entries is taken.
// Source: U-Boot include/env_default.h.
using System.Text;
using JetsonCore.Boot.Commands;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Scenarios;

/// <summary>Reads the environment inside a U-Boot.</summary>
public static class BuiltInEnvironment
{
    /// <summary>The most bytes that are taken for a U-Boot; one for the TX1 has 0.7 MiB.</summary>
    public const int UBootMax = 16 << 20;

    private const int ValueMax = 1 << 16;
    private const long BlockBytes = 512;

    /// <summary>The variables, or null where no environment is found.</summary>
    public static SortedDictionary<string, string>? Find(ReadOnlySpan<byte> uboot)
    {
        SortedDictionary<string, string>? best = null;
        ReadOnlySpan<byte> wanted = "bootcmd="u8;
        for (int at = 0; uboot[at..].IndexOf(wanted) is >= 0 and int ahead; at++)
        {
            at += ahead;
            if (at > 0 && uboot[at - 1] != 0)
                continue;
            SortedDictionary<string, string> found = ReadRow(uboot, RowStart(uboot, at), out int end);
            if (found.Count > (best?.Count ?? 0))
                best = found;
            at = Math.Max(at, end - 1);         // each row is read once, however often it has the name
        }
        return best;
    }

    /// <summary>The environment of the U-Boot in a raw partition (LNX on the TX1) of a disk, or null.</summary>
    public static SortedDictionary<string, string>? FindOnDisk(UBootDisk disk, FileContent image)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(image);
        foreach (UBootPartition partition in disk.Partitions.Where(partition => partition.FileSystem is null))
        {
            long start = partition.FirstBlock * BlockBytes;
            long length = Math.Min(partition.BlockCount * BlockBytes, Math.Min(UBootMax, image.Length - start));
            if (length <= 0 || FirstBytes(image.Slice(start, length)) is [0, 0, 0, 0, 0, 0, 0, 0, ..])
                continue;
            if (Find(image.Slice(start, length).ReadAll(UBootMax)) is { } found)
                return found;
        }
        return null;
    }

    private static byte[] FirstBytes(FileContent place)
    {
        using Stream stream = place.Open();
        return stream.ReadBytesAt(0, (int)Math.Min(place.Length, 8));
    }

    private static int RowStart(ReadOnlySpan<byte> uboot, int entry)
    {
        int start = entry;
        while (start > 1)
        {
            int before = uboot[..(start - 1)].LastIndexOf((byte)0) + 1;
            if (!IsEntry(uboot[before..(start - 1)]))
                break;
            start = before;
        }
        return start;
    }

    private static SortedDictionary<string, string> ReadRow(ReadOnlySpan<byte> uboot, int at, out int end)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (at < uboot.Length && uboot[at..].IndexOf((byte)0) is > 0 and int length
            && IsEntry(uboot.Slice(at, length)))
        {
            string entry = Encoding.UTF8.GetString(uboot.Slice(at, length));
            int split = entry.IndexOf('=', StringComparison.Ordinal);
            variables[entry[..split]] = entry[(split + 1)..];
            at += length + 1;
        }
        end = at;
        return variables;
    }

    private static bool IsEntry(ReadOnlySpan<byte> bytes)
    {
        int split = bytes.IndexOf((byte)'=');
        if (split <= 0 || bytes.Length > ValueMax)
            return false;
        foreach (byte letter in bytes[..split])
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'_' or (byte)'.' or (byte)'#'))
                return false;
        }
        return bytes.IndexOfAnyInRange((byte)1, (byte)8) < 0;
    }
}
