// unzip: a kernel that was compressed by gzip, unpacked in memory.
// Source: U-Boot 2023.01, cmd/unzip.c, measured in QEMU.
using System.Globalization;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Boot.Commands;

internal static class UnpackCommands
{
    private const int PackedMax = 64 << 20, PlainMax = 256 << 20, HeadLength = 3;

    public static UBootCommand[] All { get; } =
    [
        new("unzip", 4, Unzip),
    ];

    private static int Unzip(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count is not (3 or 4))
            return UBootResult.Usage;
        ulong from = UBootNumbers.Hex(words[1]), to = UBootNumbers.Hex(words[2]);
        long room = words.Count == 4 ? (long)Math.Min(UBootNumbers.Hex(words[3]), PlainMax) : PlainMax;
        if (machine.Memory.Read(from, HeadLength) is not [0x1F, 0x8B, 8])
        {
            machine.Print("Error: Bad gzipped data\n");
            return UBootResult.Failure;
        }
        using var packed = new MemoryStream(machine.Memory.Read(from, PackedMax));
        using var plain = new MemoryStream();
        if (!Unpack(packed, plain, room))
        {
            machine.Trace.Remark($"\"unzip {words[1]}\": what lies there is damaged, or more than {room} bytes when "
                + "unpacked: how far U-Boot comes is not simulated");
            return UBootResult.Failure;
        }
        machine.Memory.Write(to, plain.ToArray());
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"Uncompressed size: {plain.Length} = 0x{plain.Length:X}\n"));
        machine.SetHex("filesize", (ulong)plain.Length);
        return UBootResult.Success;
    }

    private static bool Unpack(Stream packed, MemoryStream plain, long room)
    {
        try
        {
            using DecompressionStream member = Decompression.OpenMember(packed, CompressionFormat.Gzip);
            var buffer = new byte[1 << 16];
            while (member.Read(buffer) is > 0 and int count)
            {
                if (plain.Length + count > room)
                    return false;
                plain.Write(buffer, 0, count);
            }
            return true;
        }
        catch (MalformedDataException)
        {
            return false;
        }
    }
}
