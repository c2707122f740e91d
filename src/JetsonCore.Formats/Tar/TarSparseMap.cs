// Where the stored bytes of a sparse file belong. GNU tar has written maps in four places:
//
//   "oldgnu"  in the header, from 0x182: 4 × offset (12), length (12); 0x1E2: 1 if a block of 21 more follows, whose
//             byte 504 says the same of the next; 0x1E3: the file's real size (12)
//   0.0       pax records GNU.sparse.offset and GNU.sparse.numbytes, repeated
//   0.1       pax record  GNU.sparse.map: OFFSET,LENGTH,OFFSET,LENGTH…
//   1.0       before the stored bytes: COUNT, then OFFSET and LENGTH, each a line of digits; filled to whole blocks
//
// Spec: GNU tar manual, "Storing Sparse Files".
using System.Globalization;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

/// <summary>The runs of one file that are stored; the rest are holes.</summary>
/// <param name="offset">The file's header, for messages.</param>
internal sealed class TarSparseMap(long offset)
{
    public const string OffsetKey = "GNU.sparse.offset", LengthKey = "GNU.sparse.numbytes", MapKey = "GNU.sparse.map";
    public const string MajorKey = "GNU.sparse.major", MinorKey = "GNU.sparse.minor", NameKey = "GNU.sparse.name";
    public const string SizeKey = "GNU.sparse.size", RealSizeKey = "GNU.sparse.realsize";

    private const int RunsMax = 1 << 20, RunBytes = 24, DigitsMax = 19;
    private const int HeaderRuns = 4, BlockRuns = 21, HeaderRunsOffset = 0x182, SizeOffset = 0x1E3;

    private readonly List<TarSparseRun> _runs = [];
    private long _end, _storedBytes;

    /// <summary>Bytes that it takes to remember it.</summary>
    public long MetadataBytes => (long)_runs.Count * RunBytes;

    /// <summary>Reads the map of a header and of the blocks behind it, and the file's size.</summary>
    public long ReadHeader(ReadOnlySpan<byte> header, Func<byte[]> nextBlock)
    {
        long size = TarHeader.LargeNumber(header, SizeOffset, offset);
        ReadRuns(header[HeaderRunsOffset..], HeaderRuns);
        bool goesOn = header[HeaderRunsOffset + HeaderRuns * RunBytes] != 0;
        while (goesOn)
        {
            byte[] block = nextBlock();
            ReadRuns(block, BlockRuns);
            goesOn = block[BlockRuns * RunBytes] != 0;
        }
        return size;
    }

    /// <summary>Reads numbers separated by commas.</summary>
    public void ReadRecord(byte[] record)
    {
        string[] numbers = System.Text.Encoding.ASCII.GetString(record).Split(',');
        if (numbers.Length % 2 != 0)
            throw Malformed("has an offset without a length");
        for (int index = 0; index < numbers.Length; index += 2)
            Add(Number(numbers[index]), Number(numbers[index + 1]));
    }

    /// <summary>Reads lines of digits.</summary>
    public void ReadLines(Func<byte[]> nextBlock)
    {
        byte[] block = nextBlock();
        int at = 0;
        long Next()
        {
            string digits = "";
            while (true)
            {
                if (at == block.Length)
                    (block, at) = (nextBlock(), 0);
                byte letter = block[at++];
                if (letter == '\n')
                    return Number(digits);
                digits = digits.Length < DigitsMax
                    ? digits + (char)letter
                    : throw Malformed("has a number of too many digits");
            }
        }
        for (long count = Next(); count > 0; count--)
            Add(Next(), Next());
    }

    /// <summary>The whole file.</summary>
    public FileContent Expand(FileContent stored, long size)
    {
        if (_end > size || _storedBytes > stored.Length)
            throw Malformed($"ends at {_end} of {size} bytes and takes {_storedBytes} of {stored.Length}");
        return new(size, () => new TarSparseStream(stored.Open(), _runs, size),
            () => _runs.Select(run => new ContentRange(run.Start, run.Length)));
    }

    private void ReadRuns(ReadOnlySpan<byte> fields, int count)
    {
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> run = fields.Slice(index * RunBytes, RunBytes);
            if (run[0] == 0)
                return;
            Add(TarHeader.LargeNumber(run, 0, offset), TarHeader.LargeNumber(run, RunBytes / 2, offset));
        }
    }

    private void Add(long start, long length)
    {
        if (start < _end || length < 0 || length > long.MaxValue - start)
            throw Malformed($"has {length} bytes at {start} behind {_end}");
        if (length > 0 && _runs.Count > 0 && start == _end)
            _runs[^1] = _runs[^1] with { Length = _runs[^1].Length + length };
        else if (length > 0)
            _runs.Add(new(start, length, _storedBytes));
        if (_runs.Count > RunsMax)
            throw Malformed($"has more than {RunsMax} runs");
        _end = start + length;
        _storedBytes += length;
    }

    private long Number(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw Malformed("has a number that is none");

    private MalformedDataException Malformed(string what) => new(offset, $"the map of a sparse file {what}");
}

/// <summary>A run of a sparse file.</summary>
/// <param name="Start">Where it belongs.</param>
/// <param name="Length">Its length.</param>
/// <param name="StoredAt">Where it lies among the stored bytes.</param>
internal readonly record struct TarSparseRun(long Start, long Length, long StoredAt);
