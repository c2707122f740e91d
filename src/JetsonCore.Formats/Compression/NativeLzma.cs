// liblzma 5.2 and later (Debian: liblzma5): the few functions that we use, and a safe wrapper around its coder object.
// A coder keeps its memory when it is started again in the same way, which matters for many small blocks: the
// dictionary and the hash tables are allocated once.
//
// Spec: the library's headers lzma/base.h, lzma/container.h, lzma/lzma12.h, lzma/filter.h.
using System.Diagnostics;
using System.Runtime.InteropServices;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal static unsafe partial class NativeLzma
{
    private const string Library = "liblzma.so.5";

    public enum Status
    {
        Ok = 0,
        StreamEnd = 1,
        MemoryError = 5,
        MemoryLimitError = 6,
        FormatError = 7,
        OptionsError = 8,
        DataError = 9,
        BufferError = 10,
    }

    public enum Action
    {
        Run = 0,
        Finish = 3,
    }

    /// <summary>lzma_stream.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stream
    {
        public byte* NextInput;
        public nuint InputLength;
        public ulong TotalInput;
        public byte* NextOutput;
        public nuint OutputLength;
        public ulong TotalOutput;
        public void* Allocator;
        public void* Internal;
        public fixed ulong Reserved[10];
    }

    /// <summary>lzma_options_lzma.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LzmaOptions
    {
        public uint DictionarySize;
        public byte* PresetDictionary;
        public uint PresetDictionarySize;
        public uint LiteralContextBits;
        public uint LiteralPositionBits;
        public uint PositionBits;
        public int Mode;
        public uint NiceLength;
        public int MatchFinder;
        public uint Depth;
        public fixed uint Reserved[12];
        public fixed ulong ReservedPointers[2];
    }

    /// <summary>lzma_filter.</summary>
    public struct Filter
    {
        public ulong Id;
        public void* Options;
    }

    /// <summary>Makes sure that the library is there.</summary>
    /// <exception cref="MissingLibraryException">It is not.</exception>
    public static void Require()
    {
        try
        {
            _ = VersionNumber();
        }
        catch (DllNotFoundException e)
        {
            throw new MissingLibraryException(Library, "liblzma5", e);
        }
    }

    /// <summary>The library's version, MAJOR.MINOR.PATCH; null where there is no library.</summary>
    public static Version? FindVersion()
    {
        try
        {
            // LZMA_VERSION: a digit for the stability, three each for patch and minor
            int number = checked((int)(VersionNumber() / 10));
            return new(number / 1_000_000, number / 1000 % 1000, number % 1000);
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport(Library, EntryPoint = "lzma_lzma_preset")]
    public static partial byte Preset(LzmaOptions* options, uint preset);

    [LibraryImport(Library, EntryPoint = "lzma_stream_decoder")]
    public static partial Status StreamDecoder(Stream* stream, ulong memoryLimit, uint flags);

    [LibraryImport(Library, EntryPoint = "lzma_alone_decoder")]
    public static partial Status AloneDecoder(Stream* stream, ulong memoryLimit);

    [LibraryImport(Library, EntryPoint = "lzma_stream_encoder")]
    public static partial Status StreamEncoder(Stream* stream, Filter* filters, int check);

    [LibraryImport(Library, EntryPoint = "lzma_alone_encoder")]
    public static partial Status AloneEncoder(Stream* stream, LzmaOptions* options);

    [LibraryImport(Library, EntryPoint = "lzma_raw_encoder")]
    public static partial Status RawEncoder(Stream* stream, Filter* filters);

    [LibraryImport(Library, EntryPoint = "lzma_code")]
    public static partial Status Code(Stream* stream, Action action);

    [LibraryImport(Library, EntryPoint = "lzma_end")]
    public static partial void End(Stream* stream);

    [LibraryImport(Library, EntryPoint = "lzma_memusage")]
    public static partial ulong MemoryNeeded(Stream* stream);

    [LibraryImport(Library, EntryPoint = "lzma_memlimit_get")]
    public static partial ulong MemoryLimit(Stream* stream);

    [LibraryImport(Library, EntryPoint = "lzma_crc64")]
    public static partial ulong Crc64(byte* bytes, nuint length, ulong crc);

    [LibraryImport(Library, EntryPoint = "lzma_version_number")]
    public static partial uint VersionNumber();
}

/// <summary>The integrity check of an .xz stream, by the number the format gives it.</summary>
internal enum XzCheck
{
    Crc32 = 1,
    Crc64 = 4,
}

/// <summary>Turns addresses in machine code into what compresses better; the values are liblzma's.</summary>
internal enum XzFilter
{
    None = 0,
    X86 = 0x04,
    Arm = 0x07,
    ArmThumb = 0x08,
    Arm64 = 0x0A,
}

/// <summary>How hard to look for matches.</summary>
/// <param name="Preset">0 to 9, as the xz tool numbers them.</param>
/// <param name="DictionaryBytes">The window; 0 for the preset's own.</param>
/// <param name="NiceLength">Matches of so many bytes end the search for longer ones; 0: as the preset has it.</param>
internal readonly record struct LzmaEffort(uint Preset, uint DictionaryBytes = 0, uint NiceLength = 0);

/// <summary>One lzma_stream: started as an encoder or decoder of some kind, then fed.</summary>
internal sealed unsafe class LzmaCoder : IDisposable
{
    private const ulong Lzma2FilterId = 0x21, EndOfFilters = ulong.MaxValue;

    private NativeLzma.Stream* _stream;

    /// <exception cref="MissingLibraryException">liblzma is not installed.</exception>
    public LzmaCoder()
    {
        NativeLzma.Require();
        _stream = (NativeLzma.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(NativeLzma.Stream));
    }

    ~LzmaCoder() => Free();

    public void StartXzDecoder(long memoryLimitBytes) =>
        Require(NativeLzma.StreamDecoder(_stream, (ulong)memoryLimitBytes, 0));

    public void StartAloneDecoder(long memoryLimitBytes) =>
        Require(NativeLzma.AloneDecoder(_stream, (ulong)memoryLimitBytes));

    /// <exception cref="MissingLibraryException">The filter is one of a later liblzma.</exception>
    public void StartXzEncoder(LzmaEffort effort, XzCheck check, XzFilter filter = XzFilter.None)
    {
        NativeLzma.LzmaOptions options = OptionsOf(effort);
        NativeLzma.Filter* filters = stackalloc NativeLzma.Filter[3];
        bool isFiltered = filter != XzFilter.None;
        filters[0] = new() { Id = (ulong)filter };
        SetLzma2(filters + (isFiltered ? 1 : 0), &options);
        NativeLzma.Status status = NativeLzma.StreamEncoder(_stream, filters, (int)check);
        if (isFiltered && status == NativeLzma.Status.OptionsError)
            throw new MissingLibraryException("liblzma.so.5 with this filter", "liblzma5 5.4");
        Require(status);
    }

    public void StartAloneEncoder(LzmaEffort effort)
    {
        NativeLzma.LzmaOptions options = OptionsOf(effort);
        Require(NativeLzma.AloneEncoder(_stream, &options));
    }

    /// <summary>LZMA2 chunks without any container.</summary>
    public void StartLzma2Encoder(LzmaEffort effort)
    {
        NativeLzma.LzmaOptions options = OptionsOf(effort);
        NativeLzma.Filter* filters = stackalloc NativeLzma.Filter[2];
        SetLzma2(filters, &options);
        Require(NativeLzma.RawEncoder(_stream, filters));
    }

    /// <summary>Codes as much as the two buffers allow; says what was used and made.</summary>
    public NativeLzma.Status Code(
        ReadOnlySpan<byte> input, Span<byte> output, bool finish, out int consumed, out int produced)
    {
        fixed (byte* inputStart = input, outputStart = output)
        {
            _stream->NextInput = inputStart;
            _stream->InputLength = (nuint)input.Length;
            _stream->NextOutput = outputStart;
            _stream->OutputLength = (nuint)output.Length;
            NativeLzma.Action action = finish ? NativeLzma.Action.Finish : NativeLzma.Action.Run;
            NativeLzma.Status status = NativeLzma.Code(_stream, action);
            consumed = input.Length - (int)_stream->InputLength;
            produced = output.Length - (int)_stream->OutputLength;
            return status;
        }
    }

    /// <summary>The CRC-64 of the .xz format.</summary>
    public static ulong Crc64(ReadOnlySpan<byte> bytes, ulong crc = 0)
    {
        fixed (byte* start = bytes)
            return NativeLzma.Crc64(start, (nuint)bytes.Length, crc);
    }

    /// <summary>What a status that is neither Ok nor StreamEnd means for bytes that were being decoded.</summary>
    public MalformedDataException DecodingFault(NativeLzma.Status status, long offset) => status switch
    {
        NativeLzma.Status.MemoryError => throw new InsufficientMemoryException(),
        NativeLzma.Status.MemoryLimitError => new(offset,
            $"the window is too large: decoding needs {NativeLzma.MemoryNeeded(_stream)} bytes of memory, at most "
                + $"{NativeLzma.MemoryLimit(_stream)} are taken; compress it with a smaller one: xz -9 will do"),
        NativeLzma.Status.FormatError => new(offset, "this is no xz or lzma data"),
        NativeLzma.Status.OptionsError => new(offset, "the xz or lzma data needs features that liblzma does not have"),
        NativeLzma.Status.DataError => new(offset, "the xz or lzma data is corrupt"),
        NativeLzma.Status.BufferError => new(offset, "the compressed bytes end too early"),
        _ => throw new UnreachableException($"liblzma said {status}"),
    };

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static NativeLzma.LzmaOptions OptionsOf(LzmaEffort effort)
    {
        NativeLzma.LzmaOptions options = default;
        if (NativeLzma.Preset(&options, effort.Preset) != 0)
            throw new ArgumentOutOfRangeException(nameof(effort), effort.Preset, "no preset of liblzma");
        if (effort.NiceLength != 0)
            options.NiceLength = effort.NiceLength;
        if (effort.DictionaryBytes != 0)
            options.DictionarySize = effort.DictionaryBytes;
        return options;
    }

    private static void SetLzma2(NativeLzma.Filter* filters, NativeLzma.LzmaOptions* options)
    {
        filters[0] = new() { Id = Lzma2FilterId, Options = options };
        filters[1] = new() { Id = EndOfFilters };
    }

    private static void Require(NativeLzma.Status status)
    {
        if (status == NativeLzma.Status.MemoryError)
            throw new InsufficientMemoryException();
        if (status != NativeLzma.Status.Ok)
            throw new UnreachableException($"liblzma said {status}");
    }

    private void Free()
    {
        if (_stream is null)
            return;
        NativeLzma.End(_stream);
        NativeMemory.Free(_stream);
        _stream = null;
    }
}
