// libzstd 1.4 and later (Debian: libzstd1): the few functions that we use, and safe wrappers around its two contexts.
//
// Spec: the library's header zstd.h, "Streaming compression" and "Streaming decompression".
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.Compression;

internal static unsafe partial class NativeZstd
{
    public const int CompressionLevelParameter = 100, ChecksumParameter = 201, WindowLogMaxParameter = 100;
    public const int ContinueDirective = 0, EndDirective = 2;

    private const string Library = "libzstd.so.1";

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which are alike.</summary>
    public struct Buffer
    {
        public byte* Start;
        public nuint Size;
        public nuint Position;
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
            throw new MissingLibraryException(Library, "libzstd1", e);
        }
    }

    /// <summary>The library's version, MAJOR.MINOR.RELEASE; null where there is no library.</summary>
    public static Version? FindVersion()
    {
        try
        {
            // ZSTD_VERSION_NUMBER: two digits each for release and minor
            int number = checked((int)VersionNumber());
            return new(number / 10_000, number / 100 % 100, number % 100);
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    public static partial nint CreateEncoder();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeEncoder(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetEncoderParameter(nint context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint Encode(nint context, Buffer* output, Buffer* input, int directive);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress2")]
    public static partial nuint EncodeBlock(
        nint context, byte* output, nuint outputLength, byte* input, nuint inputLength);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateDecoder();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecoder(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetDecoderParameter(nint context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decode(nint context, Buffer* output, Buffer* input);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    public static partial nuint DecodeBlock(
        nint context, byte* output, nuint outputLength, byte* input, nuint inputLength);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint result);

    /// <summary>What the library calls an error.</summary>
    public static string NameOf(nuint result) =>
        Marshal.PtrToStringUTF8((nint)ErrorName(result))?.ToLowerInvariant() ?? "an error without a name";

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial byte* ErrorName(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_versionNumber")]
    private static partial uint VersionNumber();
}

/// <summary>A ZSTD_CCtx: makes frames with a checksum, as the zstd tool does.</summary>
internal sealed unsafe class ZstdEncoder : IDisposable
{
    private nint _context;

    /// <param name="level">1 to 22.</param>
    /// <param name="checksum">Whether frames end with a checksum of their content.</param>
    /// <exception cref="MissingLibraryException">libzstd is not installed.</exception>
    public ZstdEncoder(int level, bool checksum)
    {
        NativeZstd.Require();
        _context = NativeZstd.CreateEncoder();
        if (_context == 0)
            throw new InsufficientMemoryException();
        Require(NativeZstd.SetEncoderParameter(_context, NativeZstd.CompressionLevelParameter, level));
        Require(NativeZstd.SetEncoderParameter(_context, NativeZstd.ChecksumParameter, checksum ? 1 : 0));
    }

    ~ZstdEncoder() => Free();

    /// <summary>Encodes as much as the buffers allow; true once everything is out.</summary>
    public bool Encode(ReadOnlySpan<byte> input, Span<byte> output, bool finish, out int consumed, out int produced)
    {
        fixed (byte* inputStart = input, outputStart = output)
        {
            var from = new NativeZstd.Buffer { Start = inputStart, Size = (nuint)input.Length };
            var into = new NativeZstd.Buffer { Start = outputStart, Size = (nuint)output.Length };
            int directive = finish ? NativeZstd.EndDirective : NativeZstd.ContinueDirective;
            nuint left = NativeZstd.Encode(_context, &into, &from, directive);
            Require(left);
            consumed = (int)from.Position;
            produced = (int)into.Position;
            return finish ? left == 0 : consumed == input.Length;
        }
    }

    /// <summary>One frame for one block; the length, or 0 if it does not fit <paramref name="output"/>.</summary>
    public int EncodeBlock(ReadOnlySpan<byte> input, Span<byte> output)
    {
        fixed (byte* inputStart = input, outputStart = output)
        {
            nuint length = NativeZstd.EncodeBlock(
                _context, outputStart, (nuint)output.Length, inputStart, (nuint)input.Length);
            return NativeZstd.IsError(length) != 0 ? 0 : (int)length;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static void Require(nuint result)
    {
        if (NativeZstd.IsError(result) != 0)
            throw new UnreachableException($"libzstd said {NativeZstd.NameOf(result)}");
    }

    private void Free()
    {
        if (_context != 0)
            _ = NativeZstd.FreeEncoder(_context);
        _context = 0;
    }
}

/// <summary>A ZSTD_DCtx.</summary>
internal sealed unsafe class ZstdDecoder : IDisposable
{
    private const int WindowLogLeast = 10, WindowLogMost = 30;

    private nint _context;

    /// <param name="memoryLimitBytes">The largest window that a frame may ask for.</param>
    /// <exception cref="MissingLibraryException">libzstd is not installed.</exception>
    public ZstdDecoder(long memoryLimitBytes)
    {
        NativeZstd.Require();
        _context = NativeZstd.CreateDecoder();
        if (_context == 0)
            throw new InsufficientMemoryException();
        int windowLog = Math.Clamp(BitOperations.Log2((ulong)memoryLimitBytes), WindowLogLeast, WindowLogMost);
        _ = NativeZstd.SetDecoderParameter(_context, NativeZstd.WindowLogMaxParameter, windowLog);
    }

    ~ZstdDecoder() => Free();

    /// <summary>Decodes as much as the buffers allow; true at the end of a frame.</summary>
    /// <exception cref="MalformedDataException">The frame is corrupt, or its window too large.</exception>
    public bool Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int produced)
    {
        fixed (byte* inputStart = input, outputStart = output)
        {
            var from = new NativeZstd.Buffer { Start = inputStart, Size = (nuint)input.Length };
            var into = new NativeZstd.Buffer { Start = outputStart, Size = (nuint)output.Length };
            nuint hint = NativeZstd.Decode(_context, &into, &from);
            Require(hint);
            consumed = (int)from.Position;
            produced = (int)into.Position;
            return hint == 0;
        }
    }

    /// <summary>Decodes whole frames; the number of bytes they held.</summary>
    /// <exception cref="MalformedDataException">They are corrupt, or hold more than fits.</exception>
    public int DecodeBlock(ReadOnlySpan<byte> input, Span<byte> output)
    {
        fixed (byte* inputStart = input, outputStart = output)
        {
            nuint length = NativeZstd.DecodeBlock(
                _context, outputStart, (nuint)output.Length, inputStart, (nuint)input.Length);
            Require(length);
            return (int)length;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static void Require(nuint result)
    {
        if (NativeZstd.IsError(result) == 0)
            return;
        throw new MalformedDataException(0, $"the zstd data is corrupt: {NativeZstd.NameOf(result)}");
    }

    private void Free()
    {
        if (_context != 0)
            _ = NativeZstd.FreeDecoder(_context);
        _context = 0;
    }
}
