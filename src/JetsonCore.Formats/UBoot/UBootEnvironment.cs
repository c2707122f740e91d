// U-Boot environment block (the file uboot.env): a checksum, one flag byte, then key=value strings.
//
//   offset   size  field
//   0x0000      4  crc32    in the machine's byte order (arm: little-endian); CRC-32/ISO-HDLC of everything from the
//                           first entry to the end
//   0x0004      1  flags    redundant layout only: generation; outside the checksum, written as 0
//   0x0005      n  entries  "key=value\0", ordinal order; an empty entry "\0" closes the list
//   ...            padding  0xFF to the end of the block, whose length the board fixes
//
// Without redundancy there is no flag byte and the entries begin at 0x0004.
// Spec: U-Boot include/env_internal.h (environment_s). Peers: mkenvimage -p 0xff, snapd bootloader/ubootenv.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.UBoot;

/// <summary>Encodes and decodes one U-Boot environment block.</summary>
public static class UBootEnvironment
{
    /// <summary>The most bytes of a block, or of a text for one: boards have 8 KiB to 256 KiB.</summary>
    public const int LengthMax = 16 << 20;

    private const int CrcOffset = 0x0, FlagsOffset = 0x4, ClosingEntryLength = 1;

    /// <summary>The smallest block in bytes that holds these variables.</summary>
    /// <exception cref="ArgumentException">A key is empty or holds '=' or NUL, or a value holds NUL.</exception>
    public static long EncodedLength(
        IReadOnlyDictionary<string, string> variables,
        UBootEnvironmentLayout layout = UBootEnvironmentLayout.Redundant)
    {
        ArgumentNullException.ThrowIfNull(variables);
        long entries = variables.Sum(variable => (long)EncodeEntry(variable.Key, variable.Value).Length);
        return EntriesOffset(layout) + entries + ClosingEntryLength;
    }

    /// <summary>Fills <paramref name="block"/>, whose length in bytes is the environment's.</summary>
    /// <exception cref="ArgumentException">A key is empty or holds '=' or NUL, or the text does not fit.</exception>
    public static void Encode(
        IReadOnlyDictionary<string, string> variables,
        Span<byte> block,
        UBootEnvironmentLayout layout = UBootEnvironmentLayout.Redundant) =>
        Encode(variables, block, new UBootEnvironmentForm(layout));

    /// <summary>Fills <paramref name="block"/> in a form.</summary>
    /// <exception cref="ArgumentException">A key is empty or holds '=' or NUL, or the text does not fit.</exception>
    public static void Encode(
        IReadOnlyDictionary<string, string> variables, Span<byte> block, UBootEnvironmentForm form)
    {
        ArgumentNullException.ThrowIfNull(variables);
        UBootEnvironmentLayout layout = form.Layout;
        long needed = EncodedLength(variables, layout);
        if (needed > block.Length)
            throw new ArgumentException($"cannot fit {needed} bytes of environment into {block.Length}");
        int entriesOffset = EntriesOffset(layout);
        block.Fill(0xFF);
        block[FlagsOffset..entriesOffset].Clear();
        int offset = entriesOffset;
        foreach ((string key, string value) in variables.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            byte[] entry = EncodeEntry(key, value);
            entry.CopyTo(block[offset..]);
            offset += entry.Length;
        }
        block[offset] = 0;
        uint sum = Crc32.Of(block[entriesOffset..]);
        if (form.IsBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(block[CrcOffset..], sum);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(block[CrcOffset..], sum);
    }

    /// <summary>Reads a block back; of a repeated key the last value wins, as in snapd.</summary>
    /// <exception cref="MalformedDataException">Too short, a wrong checksum, or a broken entry.</exception>
    public static SortedDictionary<string, string> Decode(
        ReadOnlySpan<byte> block,
        UBootEnvironmentLayout layout = UBootEnvironmentLayout.Redundant) =>
        Decode(block, new UBootEnvironmentForm(layout));

    /// <summary>Reads a block of some form back.</summary>
    /// <exception cref="MalformedDataException">Too short, a wrong checksum, or a broken entry.</exception>
    public static SortedDictionary<string, string> Decode(ReadOnlySpan<byte> block, UBootEnvironmentForm form)
    {
        int offset = EntriesOffset(form.Layout);
        if (block.Length < offset + ClosingEntryLength)
            throw new MalformedDataException(0, $"environment block of {block.Length} bytes is too short");
        uint stored = StoredSum(block, form.IsBigEndian);
        uint actual = Crc32.Of(block[offset..]);
        if (stored != actual)
        {
            throw new MalformedDataException(CrcOffset, $"crc32 is {stored:x8}, the {block.Length - offset} bytes "
                + $"behind it sum to {actual:x8}: damaged, no environment, or not the whole of one");
        }

        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (offset < block.Length && block[offset] != 0)
        {
            int length = block[offset..].IndexOf((byte)0);
            if (length < 0)
                throw new MalformedDataException(offset, "entry runs to the end of the block without a NUL");
            ReadOnlySpan<byte> entry = block.Slice(offset, length);
            int split = entry.IndexOf((byte)'=');
            if (split < 1)
                throw new MalformedDataException(offset, "entry has no key");
            variables[NodeName.Decode(entry[..split])] = NodeName.Decode(entry[(split + 1)..]);
            offset += length + 1;
        }
        return variables;
    }

    /// <summary>The layout whose checksum holds for this block of an arm machine, or null where neither does.</summary>
    public static UBootEnvironmentLayout? RecogniseLayout(ReadOnlySpan<byte> block) =>
        Recognise(block) is { IsBigEndian: false } form ? form.Layout : null;

    /// <summary>The form whose checksum holds for this block, or null where none does.</summary>
    public static UBootEnvironmentForm? Recognise(ReadOnlySpan<byte> block)
    {
        foreach (UBootEnvironmentForm form in UBootEnvironmentForm.All)
        {
            int entriesOffset = EntriesOffset(form.Layout);
            if (block.Length > entriesOffset && StoredSum(block, form.IsBigEndian) == Crc32.Of(block[entriesOffset..]))
                return form;
        }
        return null;
    }

    /// <summary>Why a block has no right checksum, where its bytes tell; null if they do not, or it has one.</summary>
    public static string? WhyUnusable(ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
            return "the file is empty";
        if (block.IndexOfAnyExcept(block[0]) < 0 && block[0] is 0 or 0xFF)
            return $"the block is blank, all 0x{block[0]:x2}: U-Boot has not saved an environment in it yet";
        if (Recognise(block) is not null || block.Length <= FlagsOffset)
            return null;
        int end = block[FlagsOffset..].LastIndexOfAnyExcept((byte)0xFF, (byte)0);
        return end + 1 == block.Length - FlagsOffset && (block.Length & (block.Length - 1)) != 0
            ? $"the block seems to be cut off: its {block.Length} bytes end within an entry, and its checksum is that "
                + "of a longer one; give the whole of it, CONFIG_ENV_SIZE bytes"
            : null;
    }

    private static uint StoredSum(ReadOnlySpan<byte> block, bool isBigEndian) => isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(block[CrcOffset..])
        : BinaryPrimitives.ReadUInt32LittleEndian(block[CrcOffset..]);

    private static int EntriesOffset(UBootEnvironmentLayout layout) =>
        layout == UBootEnvironmentLayout.Redundant ? FlagsOffset + 1 : FlagsOffset;

    // Values that came from bytes that are no UTF-8 go back to those bytes.
    private static byte[] EncodeEntry(string key, string value)
    {
        if (key is "" || key.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"cannot encode variable \"{key}\": not a key=value pair");
        return NodeName.Encode($"{key}={value}\0");
    }
}
