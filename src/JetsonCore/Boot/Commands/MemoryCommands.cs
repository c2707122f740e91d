// md, mw, cp, cmp, crc32 and itest: memory looked at, filled, copied, compared.
// Source: U-Boot 2023.01, cmd/mem.c and cmd/itest.c, measured in QEMU.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Boot.Commands;

internal static class MemoryCommands
{
    private const int BytesMax = 128 << 20, LineBytes = 16, ShownDefault = 0x40;

    public static UBootCommand[] All { get; } =
    [
        new("md", 3, Display),
        new("mw", 4, Fill),
        new("cp", 4, Copy),
        new("cmp", 4, Compare),
        new("crc32", 4, Checksum),
        new("itest", 4, Test) { IsRepeatable = false },
    ];

    private static int Display(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 2)
            return UBootResult.Usage;
        int size = SizeOf(words[0]);
        if (size < 0)
            return UBootResult.Failure;
        ulong address = UBootNumbers.Hex(words[1]);
        ulong count = words.Count > 2 ? UBootNumbers.Hex(words[2]) : (ulong)(ShownDefault / size);
        if (count > 0x10000)
            throw new UBootEndException(UBootEnd.TooLong);
        byte[] bytes = machine.Memory.Read(address, (int)count * size);
        for (int at = 0; at < bytes.Length; at += LineBytes)
            machine.Print(Line(address + (ulong)at, bytes.AsSpan(at, Math.Min(LineBytes, bytes.Length - at)), size));
        return UBootResult.Success;
    }

    private static string Line(ulong address, ReadOnlySpan<byte> bytes, int size)
    {
        var line = new StringBuilder(address.ToString("x8", CultureInfo.InvariantCulture)).Append(':');
        var characters = new StringBuilder();
        for (int at = 0; at < LineBytes; at += size)
        {
            line.Append(' ').Append(at < bytes.Length
                ? Number(bytes[at..], size).ToString($"x{size * 2}", CultureInfo.InvariantCulture)
                : new string(' ', size * 2));
        }
        foreach (byte value in bytes)
            characters.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
        return line.Append("  ").Append(characters).Append('\n').ToString();
    }

    private static int Fill(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 3)
            return UBootResult.Usage;
        int size = SizeOf(words[0]);
        if (size < 1)
            return UBootResult.Failure;
        ulong count = words.Count > 3 ? UBootNumbers.Hex(words[3]) : 1;
        if (count > (ulong)(BytesMax / size))
            throw new UBootEndException(UBootEnd.TooLong);
        var one = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(one, UBootNumbers.Hex(words[2]));
        var bytes = new byte[(int)count * size];
        for (int at = 0; at < bytes.Length; at++)
            bytes[at] = one[at % size];
        machine.Memory.Write(UBootNumbers.Hex(words[1]), bytes);
        return UBootResult.Success;
    }

    private static int Copy(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count != 4)
            return UBootResult.Usage;
        int size = SizeOf(words[0]);
        if (size < 1)
            return UBootResult.Failure;
        ulong count = UBootNumbers.Hex(words[3]);
        if (count == 0)
        {
            machine.Print("Zero length ???\n");
            return UBootResult.Failure;
        }
        if (count > (ulong)(BytesMax / size))
            throw new UBootEndException(UBootEnd.TooLong);
        machine.Memory.Copy(UBootNumbers.Hex(words[1]), UBootNumbers.Hex(words[2]), (long)count * size);
        return UBootResult.Success;
    }

    private static int Compare(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count != 4)
            return UBootResult.Usage;
        int size = SizeOf(words[0]);
        if (size < 1)
            return UBootResult.Failure;
        ulong left = UBootNumbers.Hex(words[1]), right = UBootNumbers.Hex(words[2]);
        ulong count = Math.Min(UBootNumbers.Hex(words[3]), (ulong)(BytesMax / size));
        byte[] first = machine.Memory.Read(left, (int)count * size);
        byte[] second = machine.Memory.Read(right, (int)count * size);
        int same = first.AsSpan().CommonPrefixLength(second) / size;
        string name = size switch
        {
            8 => "double word",
            4 => "word",
            2 => "halfword",
            _ => "byte",
        };
        bool isSame = (ulong)same == count;
        if (!isSame)
        {
            int at = same * size;
            machine.Print($"{name} at {Place(left, first, at, size)} != {name} at {Place(right, second, at, size)}\n");
        }
        machine.Print(string.Create(CultureInfo.InvariantCulture, $"Total of {same} {name}(s) were the same\n"));
        return isSame ? UBootResult.Success : UBootResult.Failure;
    }

    private static string Place(ulong start, byte[] bytes, int at, int size) =>
        $"0x{(start + (ulong)at).ToString("x8", CultureInfo.InvariantCulture)} "
        + $"(0x{UBootNumbers.Hex(Number(bytes.AsSpan(at), size))})";

    private static int Checksum(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 3)
            return UBootResult.Usage;
        ulong address = UBootNumbers.Hex(words[1]), length = UBootNumbers.Hex(words[2]);
        if (length > BytesMax)
            throw new UBootEndException(UBootEnd.TooLong);
        uint sum = Crc32.Of(machine.Memory.Read(address, (int)length));
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"crc32 for {address:x8} ... {unchecked(address + length - 1):x8} ==> {sum:x8}\n"));
        if (words.Count > 3)
        {
            var stored = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(stored, sum);
            machine.Memory.Write(UBootNumbers.Hex(words[3]), stored);
        }
        return UBootResult.Success;
    }

    private static int Test(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count != 4)
            return UBootResult.Usage;
        int size = ExpressionCommand.SizeOf(words[0], 4);
        if (size < 0)
        {
            machine.Print("Invalid data width specifier\n");
            return UBootResult.Failure;
        }
        int order = size == 0
            ? string.CompareOrdinal(TextOf(machine, words[1]), TextOf(machine, words[3]))
            : NumberOf(machine, words[1], size).CompareTo(NumberOf(machine, words[3], size));
        bool? holds = words[2] switch
        {
            "-lt" or "<" => order < 0,
            "-gt" or ">" => order > 0,
            "-eq" or "==" => order == 0,
            "-ne" or "!=" or "<>" => order != 0,
            "-ge" or ">=" => order >= 0,
            "-le" or "<=" => order <= 0,
            _ => null,
        };
        if (holds is null)
            machine.Print($"Unknown operator '{words[2]}'\n");
        return holds == true ? UBootResult.Success : UBootResult.Failure;
    }

    private static string TextOf(UBootMachine machine, string word) =>
        word.StartsWith('*') ? machine.Memory.ReadText(UBootNumbers.Hex(word[1..]), 0x10000) : word;

    private static long NumberOf(UBootMachine machine, string word, int size)
    {
        ulong value = word.StartsWith('*')
            ? Number(machine.Memory.Read(UBootNumbers.Hex(word[1..]), 8), size)
            : UBootNumbers.Hex(word);
        return unchecked((long)(size == 8 ? value : value & ((1UL << (size * 8)) - 1)));
    }

    private static int SizeOf(string command) => ExpressionCommand.SizeOf(command, 4) is var size and not 0 ? size : -1;

    private static ulong Number(ReadOnlySpan<byte> bytes, int size)
    {
        ulong value = 0;
        for (int at = Math.Min(size, bytes.Length) - 1; at >= 0; at--)
            value = (value << 8) | bytes[at];
        return value;
    }
}
