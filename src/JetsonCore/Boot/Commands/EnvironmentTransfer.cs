// env export and env import: variables to memory and back, as text (name=value lines, backslash before a backslash
// and a line break), as binary (NUL between entries) or as a block with its checksum.
// Source: U-Boot 2023.01, measured in QEMU.
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Boot.Commands;

internal static class EnvironmentTransfer
{
    private const int InputMax = 1 << 20, BlockHeader = 5;

    /// <summary>A variable as "env print" and text exports have it.</summary>
    public static string Line(string name, string value) =>
        name + "=" + value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\\n", StringComparison.Ordinal) + "\n";

    public static int Export(UBootMachine machine, IReadOnlyList<string> words)
    {
        char format = '\0';
        ulong? size = null;
        int at = 1;
        for (; at < words.Count && words[at].StartsWith('-'); at++)
        {
            foreach (char option in words[at][1..])
            {
                if (option == 's')
                {
                    if (++at == words.Count)
                        return UBootResult.Usage;
                    size = UBootNumbers.Hex(words[at]);
                    break;
                }
                if (option is not ('t' or 'b' or 'c'))
                    return UBootResult.Usage;
                if (format != '\0')
                    return SeparatorFault(machine, $"## Error: {words[0]}");
                format = option;
            }
        }
        if (at == words.Count)
            return UBootResult.Usage;
        ulong address = UBootNumbers.Hex(words[at]);
        (string Name, string Value)[] chosen = Choose(machine, [.. words.Skip(at + 1)]);
        return format is '\0' or 't'
            ? ExportText(machine, address, size ?? 0, chosen)
            : ExportBinary(machine, (address, size ?? 0), chosen, format == 'c');
    }

    public static int Import(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (!EnvironmentCommands.TryReadOptions(words, "bctrd", out string options, out int at))
            return UBootResult.Usage;
        if (options.Count(option => option is 'b' or 'c' or 't') > 1)
            return SeparatorFault(machine, $"## {words[0]}");
        if (at == words.Count)
            return UBootResult.Usage;
        bool isBlock = options.Contains('c', StringComparison.Ordinal);
        bool isText = !isBlock && !options.Contains('b', StringComparison.Ordinal);
        if (isText && !options.Contains('t', StringComparison.Ordinal))
            machine.Print("## Warning: defaulting to text format\n");
        ulong address = UBootNumbers.Hex(words[at]);
        if (ReadSize(machine, (address, isText, isBlock), words.ElementAtOrDefault(at + 1)) is not { } size)
            return UBootResult.Failure;
        byte[] data = machine.Memory.Read(address, (int)Math.Min(size, InputMax + 2));
        if (isBlock)
        {
            if (Unwrap(machine, data, size) is not { } entries)
                return UBootResult.Failure;
            data = entries;
        }
        string text = UBootText.Of(data);
        if (isText && options.Contains('r', StringComparison.Ordinal))
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        HashSet<string> wanted = new(words.Skip(at + 2), StringComparer.Ordinal);
        bool deletes = options.Contains('d', StringComparison.Ordinal);
        if (deletes && wanted.Count == 0)
            machine.Variables.Clear();
        return Enter(machine, text, isText ? '\n' : '\0', (wanted, deletes));
    }

    private static int Enter(
        UBootMachine machine, string text, char separator, (HashSet<string> Wanted, bool Deletes) choice)
    {
        var missing = new List<string>(choice.Wanted);
        foreach ((string name, string? value) in Entries(text, separator))
        {
            if (name.Length == 0 && value is not null)
            {
                machine.Print("## Error: Environment import failed: errno = 22\n");
                return UBootResult.Failure;
            }
            if (choice.Wanted.Count > 0 && !missing.Remove(name))
                continue;
            if (value is null)
                machine.Variables.Delete(name, isForced: false);
            else if (machine.Variables.Set(name, value, isForced: false) is { } complaint)
                machine.Print(complaint[..complaint.LastIndexOf("## Error inserting", StringComparison.Ordinal)]
                    + $"himport_r: can't insert \"{name}={value}\" into hash table\n");
        }
        foreach (string name in choice.Deletes ? missing : [])
        {
            machine.Print(machine.Variables.Delete(name, isForced: false).IsGone
                ? $"WARNING: '{name}' not in imported env, deleting it!\n"
                : $"WARNING: '{name}' neither in running nor in imported env!\n");
        }
        return UBootResult.Success;
    }

    /// <summary>Names with their values; no value: the variable is to be deleted.</summary>
    private static IEnumerable<(string Name, string? Value)> Entries(string text, char separator)
    {
        int at = 0;
        do
        {
            while (At(at) is ' ' or '\t')
                at++;
            int start = at;
            if (At(at) == '#')
            {
                while (!IsEnd(At(at)))
                    at++;
                at++;
                continue;
            }
            while (At(at) != '=' && !IsEnd(At(at)))
                at++;
            string name = text[start..Math.Min(at, text.Length)];
            if (IsEnd(At(at)) || IsEnd(At(at + 1)))
            {
                at += At(at) == '=' ? 2 : 1;
                yield return (name, null);
                continue;
            }
            var value = new StringBuilder();
            for (at++; !IsEnd(At(at)); at++)
            {
                if (At(at) == '\\' && At(at + 1) != '\0')
                    at++;
                value.Append(At(at));
            }
            at++;
            yield return (name, value.ToString());
        }
        while (at < text.Length && At(at) != '\0');

        char At(int index) => index < text.Length ? text[index] : '\0';
        bool IsEnd(char character) => character == '\0' || character == separator;
    }

    private static (string Name, string Value)[] Choose(UBootMachine machine, string[] names) =>
    [
        .. from variable in machine.Variables.All
           where names.Length == 0 || names.Contains(variable.Key)
           select (variable.Key, variable.Value),
    ];

    private static int ExportText(
        UBootMachine machine, ulong address, ulong size, (string Name, string Value)[] chosen)
    {
        string text = string.Concat(chosen.Select(variable => Line(variable.Name, variable.Value))) + "\0";
        if (size > 0 && size < (ulong)text.Length)
            return TooSmall(machine, size, text.Length);
        var bytes = new byte[size > 0 ? (int)Math.Min(size, InputMax) : text.Length];
        UBootText.Bytes(text).CopyTo(bytes, 0);
        machine.Memory.Write(address, bytes);
        string written = (size > 0 ? size : (ulong)text.Length).ToString("X", CultureInfo.InvariantCulture);
        return machine.SetVariable("filesize", written) * 0;
    }

    private static int ExportBinary(
        UBootMachine machine, (ulong Address, ulong Size) place, (string Name, string Value)[] chosen, bool isBlock)
    {
        string text = string.Concat(chosen.Select(variable => $"{variable.Name}={variable.Value}\0")) + "\0";
        int room = UBootEnvironmentStore.RoomOf(machine.Board.EnvironmentSize);
        if (text.Length > room)
            return TooSmall(machine, (ulong)room, text.Length);
        var entries = new byte[room];
        UBootText.Bytes(text).CopyTo(entries, 0);
        if (!isBlock)
        {
            machine.Memory.Write(place.Address, entries);
            return machine.SetHex("filesize", (ulong)(room + BlockHeader)) * 0;
        }
        int summed = place.Size > BlockHeader ? (int)Math.Min(place.Size - BlockHeader, (ulong)room) : room;
        var block = new byte[BlockHeader + room];
        entries.CopyTo(block, BlockHeader);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(block, Crc32.Of(entries.AsSpan(0, summed)));
        machine.Memory.Write(place.Address, block);
        return machine.SetHex("filesize", (ulong)(room + BlockHeader)) * 0;
    }

    private static int TooSmall(UBootMachine machine, ulong size, int needed)
    {
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"Env export buffer too small: {size}, but need {needed}\n"));
        machine.Print("## Error: Cannot export environment: errno = 12\n");
        return UBootResult.Failure;
    }

    private static long? ReadSize(UBootMachine machine, (ulong Address, bool IsText, bool IsBlock) from, string? typed)
    {
        if (typed is not null and not "-")
            return (long)Math.Min(UBootNumbers.Hex(typed), InputMax + 2);
        if (from.IsBlock)
        {
            machine.Print("## Error: external checksum format must pass size\n");
            return null;
        }
        byte[] end = from.IsText ? [(byte)'\n', 0] : [0, 0];
        int size = machine.Memory.Read(from.Address, InputMax + 1).AsSpan().IndexOf(end);
        if (size < 0)
        {
            machine.Print($"## Warning: Input data exceeds {InputMax} bytes - truncated\n");
            size = InputMax;
        }
        size += 2;
        machine.Print(string.Create(CultureInfo.InvariantCulture,
            $"## Info: input data size = {size} = 0x{size:X}\n"));
        return size;
    }

    private static byte[]? Unwrap(UBootMachine machine, byte[] data, long size)
    {
        if (size <= BlockHeader)
        {
            machine.Print($"## Error: Invalid size 0x{size:X}\n");
            return null;
        }
        uint stored = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(data);
        byte[] entries = data[BlockHeader..];
        if (stored == Crc32.Of(entries))
            return entries;
        machine.Print("## Error: bad CRC, import failed\n");
        return null;
    }

    private static int SeparatorFault(UBootMachine machine, string who)
    {
        machine.Print($"{who}: only one of \"-b\", \"-c\" or \"-t\" allowed\n");
        return UBootResult.Failure;
    }
}
