// The few POSIX calls that the class library lacks: files by names that are not UTF-8, owner, inode and device numbers,
// extended attributes, making the renaming of a file durable. statx is used because its structure is the same on every
// architecture:
//
//   offset  size  field            offset  size  field
//   0x00      4   stx_mask         0x28      8   stx_size
//   0x10      4   stx_nlink        0x70      8   stx_mtime.tv_sec
//   0x14      4   stx_uid          0x78      4   stx_mtime.tv_nsec
//   0x18      4   stx_gid          0x80    4+4   stx_rdev_major, stx_rdev_minor
//   0x1C      2   stx_mode         0x88    4+4   stx_dev_major, stx_dev_minor
//   0x20      8   stx_ino          0x30      8   stx_blocks, of 512 bytes
//   0x60      8   stx_ctime.tv_sec 0x68      4   stx_ctime.tv_nsec
//
// A folder's entry has its length at byte 16 and its name at byte 19. Sources: statx(2), readdir(3).
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using JetsonCore.Formats.Trees;
using Microsoft.Win32.SafeHandles;

namespace JetsonCore.Files;

/// <summary>What lstat says of a file.</summary>
internal readonly record struct FileStatus
{
    private const int KindMask = 0xF000;

    public required uint LinkCount { get; init; }

    public required uint UserId { get; init; }

    public required uint GroupId { get; init; }

    public required ushort Mode { get; init; }

    public bool IsFolder => (Mode & KindMask) == 0x4000;

    public bool IsRegularFile => (Mode & KindMask) == 0x8000;

    public bool IsLink => (Mode & KindMask) == 0xA000;

    public required (ulong Device, ulong Inode) Identity { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>Bytes on the disk: fewer than the size where there are holes.</summary>
    public required long AllocatedBytes { get; init; }

    public required long ModificationSeconds { get; init; }

    public required uint ModificationNanoseconds { get; init; }

    /// <summary>When content, owner, permissions or names changed last: nobody can set it.</summary>
    public required long ChangeSeconds { get; init; }

    public required uint ChangeNanoseconds { get; init; }

    public required uint DeviceMajor { get; init; }

    public required uint DeviceMinor { get; init; }
}

internal static partial class Posix
{
    private const int CurrentFolder = -100, NoFollow = 0x100, BasicStats = 0x7FF, StatxSize = 256;
    private const int AllocationUnit = 512;
    private const int SeekData = 3, SeekHole = 4, GetFlags = 1, WriteOnly = 1, Aborted = 6;
    private const int Interrupted = 4, NothingBehind = 6, TryAgain = 11, BrokenPipe = 32;
    private const uint WriteSoon = 2;       // SYNC_FILE_RANGE_WRITE
    private const int EntryLengthOffset = 16, EntryNameOffset = 19, LinkTargetMax = 4096;

    /// <summary>The status of a file itself, links not followed.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static FileStatus Status(string path) => StatusOf(path, NoFollow) ?? throw Failure("read", path);

    /// <summary>The same; null where nothing has the name.</summary>
    /// <param name="path">The name.</param>
    /// <param name="follow">Whether a link stands for what it leads to.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static FileStatus? TryStatus(string path, bool follow = false)
    {
        FileStatus? status = StatusOf(path, follow ? 0 : NoFollow);
        return status is null && Marshal.GetLastPInvokeError() is not (NoSuchEntry or NoFolder)
            ? throw Failure("read", path)
            : status;
    }

    /// <summary>The status of an open file.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static FileStatus Status(SafeFileHandle file, string path)
    {
        Span<byte> buffer = stackalloc byte[StatxSize];
        if (statx(file, "", EmptyPath, BasicStats, ref MemoryMarshal.GetReference(buffer)) != 0)
            throw Failure("read", path);
        return Status(buffer);
    }

    private static FileStatus? StatusOf(string path, int flags)
    {
        Span<byte> buffer = stackalloc byte[StatxSize];
        return statx(CurrentFolder, path, flags, BasicStats, ref MemoryMarshal.GetReference(buffer)) == 0
            ? Status(buffer)
            : null;
    }

    private static FileStatus Status(ReadOnlySpan<byte> buffer) =>
        new()
        {
            LinkCount = BinaryPrimitives.ReadUInt32LittleEndian(buffer[0x10..]),
            UserId = BinaryPrimitives.ReadUInt32LittleEndian(buffer[0x14..]),
            GroupId = BinaryPrimitives.ReadUInt32LittleEndian(buffer[0x18..]),
            Mode = BinaryPrimitives.ReadUInt16LittleEndian(buffer[0x1C..]),
            Identity = (BinaryPrimitives.ReadUInt64LittleEndian(buffer[0x88..]),
                BinaryPrimitives.ReadUInt64LittleEndian(buffer[0x20..])),
            SizeBytes = BinaryPrimitives.ReadInt64LittleEndian(buffer[0x28..]),
            AllocatedBytes = BinaryPrimitives.ReadInt64LittleEndian(buffer[0x30..]) * AllocationUnit,
            ChangeSeconds = BinaryPrimitives.ReadInt64LittleEndian(buffer[0x60..]),
            ChangeNanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(buffer[0x68..]),
            ModificationSeconds = BinaryPrimitives.ReadInt64LittleEndian(buffer[0x70..]),
            ModificationNanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(buffer[0x78..]),
            DeviceMajor = BinaryPrimitives.ReadUInt32LittleEndian(buffer[0x80..]),
            DeviceMinor = BinaryPrimitives.ReadUInt32LittleEndian(buffer[0x84..]),
        };

    /// <summary>The names in a folder, in the order of the file system, without "." and "..".</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static IReadOnlyList<string> Names(string folder)
    {
        nint open = opendir(folder);
        if (open == 0)
            throw Failure("read", folder);
        try
        {
            var names = new List<string>();
            while (readdir(open) is not 0 and nint entry)
            {
                var name = new byte[Marshal.ReadInt16(entry, EntryLengthOffset) - EntryNameOffset];
                Marshal.Copy(entry + EntryNameOffset, name, 0, name.Length);
                string text = NodeName.Decode(name.AsSpan(0, name.AsSpan().IndexOf((byte)0)));
                if (text is not ("." or ".."))
                    names.Add(text);
            }
            return Marshal.GetLastPInvokeError() == 0 ? names : throw Failure("read", folder);
        }
        finally
        {
            _ = closedir(open);
        }
    }

    /// <summary>What a symbolic link points to.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static string LinkTarget(string path)
    {
        var target = new byte[LinkTargetMax];       // PATH_MAX: no link is longer
        nint length = readlink(path, target, target.Length);
        return length >= 0 ? NodeName.Decode(target.AsSpan(0, (int)length)) : throw Failure("read", path);
    }

    /// <summary>
    /// Opens a file for reading, without a lock, which would be two more calls for each of perhaps 50 000 files.
    /// </summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SafeFileHandle OpenRead(string path)
    {
        int descriptor = open(path, CloseOnExec, 0);
        return descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw Failure("read", path);
    }

    /// <summary>Opens a file for reading and writing.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SafeFileHandle OpenToChange(string path)
    {
        int descriptor = open(path, ReadWrite | CloseOnExec, 0);
        return descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw Failure("open", path);
    }

    /// <summary>Reads from a place of a file; 0 bytes at its end.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static int Read(SafeFileHandle file, Span<byte> buffer, long offset, string path)
    {
        while (true)
        {
            nint read = pread(file, buffer, buffer.Length, offset);
            if (read >= 0)
                return (int)read;
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Failure("read", path);
        }
    }

    /// <summary>Reads on from a pipe or a device; 0 bytes at its end.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static int Read(SafeFileHandle file, Span<byte> buffer, string path)
    {
        while (true)
        {
            nint got = read(file, buffer, buffer.Length);
            if (got >= 0)
                return (int)got;
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:          // somebody has made the descriptor one that does not wait
                    Thread.Sleep(1);
                    break;
                default:
                    throw Failure("read", path);
            }
        }
    }

    /// <summary>The names of a file's extended attributes; none where the file system has none.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static IReadOnlyList<string> ExtendedAttributeNames(string path)
    {
        nint length = llistxattr(path, null, 0);
        var names = new byte[Math.Max(length, 0)];
        if (length > 0)
            length = llistxattr(path, names, names.Length);
        if (length < 0 && Marshal.GetLastPInvokeError() != NotSupported)
            throw Failure("read the attributes of", path);
        return length <= 0 ? [] : NodeName.Decode(names.AsSpan(0, (int)length))
            .Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The value of an extended attribute.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static byte[] ExtendedAttribute(string path, string name)
    {
        nint length = lgetxattr(path, name, null, 0);
        if (length < 0)
            throw Failure($"read the attribute {name} of", path);
        var value = new byte[length];
        return lgetxattr(path, name, value, value.Length) == length ? value : throw Failure("read", path);
    }

    /// <summary>The first byte from <paramref name="offset"/> on that is no hole; -1 where there is none.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static long NextData(SafeFileHandle file, long offset, string path)
    {
        long data = lseek(file, offset, SeekData);
        if (data >= 0)
            return data;
        return Marshal.GetLastPInvokeError() switch
        {
            NothingBehind => -1,
            Invalid or NotSupported => offset,          // a file system that tells of no holes
            _ => throw Failure("find the data of", path),
        };
    }

    /// <summary>The first hole at or behind <paramref name="offset"/>; the end of the file counts as one.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static long NextHole(SafeFileHandle file, long offset, string path)
    {
        long hole = lseek(file, offset, SeekHole);
        if (hole >= 0)
            return hole;
        return Marshal.GetLastPInvokeError() is Invalid or NotSupported
            ? long.MaxValue
            : throw Failure("find the holes of", path);
    }

    /// <summary>Has the system begin to write what it holds of a file to the disk; it may also refuse.</summary>
    public static void StartWriting(SafeFileHandle file) => _ = sync_file_range(file, 0, 0, WriteSoon);

    /// <summary>
    /// Copies bytes from file to file without a detour over this process; how many it were. 0 or less: the file
    /// systems cannot do that.
    /// </summary>
    public static long CopyRange(SafeFileHandle from, long fromOffset, SafeFileHandle to, long toOffset, long length) =>
        copy_file_range(from, ref fromOffset, to, ref toOffset, (nint)length, 0);

    /// <summary>Whether an open file is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => isatty(descriptor) == 1;

    /// <summary>Writes all of it to an open file; to a pipe that nobody reads any more, nothing.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint count = write(descriptor, bytes, bytes.Length);
            if (count >= 0)
            {
                bytes = bytes[(int)count..];
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case BrokenPipe:
                    return;
                case Interrupted:
                    break;
                case TryAgain:          // somebody has made the descriptor one that does not wait
                    Thread.Sleep(1);
                    break;
                case int error:
                    throw new IOException($"cannot write: {Marshal.GetPInvokeErrorMessage(error)}", error);
            }
        }
    }

    /// <summary>Has a function called where the process is about to be aborted.</summary>
    public static unsafe void OnAbort(delegate* unmanaged<int, void> function) => _ = signal(Aborted, function);

    /// <summary>Ends the process at once.</summary>
    public static void Exit(int code) => _exit(code);

    /// <summary>
    /// Sees to it that no file that is opened later takes the place of standard input, output or error that were closed
    /// when the program was started: messages would be written into it.
    /// </summary>
    public static void OpenMissingStandardFiles()
    {
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            // Opened so that what is really done with it fails, as it would have.
            if (fcntl(descriptor, GetFlags) < 0)
                _ = open("/dev/null", descriptor == 0 ? WriteOnly : 0, 0);
        }
    }

    private static IOException Failure(string what, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        string message = $"cannot {what} \"{path}\": {Marshal.GetPInvokeErrorMessage(error)}";
        return error == 2 ? new FileNotFoundException(message, path) : new IOException(message, error);
    }

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int statx(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int statx(SafeFileHandle file, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial nint opendir(string path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readdir(nint folder);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int closedir(nint folder);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial nint readlink(string path, byte[] target, nint size);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial nint llistxattr(string path, byte[]? list, nint size);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial nint lgetxattr(string path, string name, byte[]? value, nint size);

    [LibraryImport("libc", SetLastError = true,
        StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(HostPathMarshaller))]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, Span<byte> buffer, nint length);

    [LibraryImport("libc")]
    private static partial int fcntl(int descriptor, int command);

    [LibraryImport("libc")]
    private static partial void _exit(int code);

    [LibraryImport("libc")]
    private static unsafe partial nint signal(int number, delegate* unmanaged<int, void> function);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(SafeFileHandle file, Span<byte> buffer, nint length, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeFileHandle file, long offset, int from);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint copy_file_range(
        SafeFileHandle from, ref long fromOffset, SafeFileHandle to, ref long toOffset, nint length, uint flags);

    [LibraryImport("libc")]
    private static partial int sync_file_range(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, ReadOnlySpan<byte> bytes, nint length);
}
