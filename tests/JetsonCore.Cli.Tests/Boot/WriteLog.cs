// All that a machine writes to its card, write by write, as QEMU's "blklogwrites" notes it (the form of the kernel's
// dm-log-writes, Documentation/admin-guide/device-mapper/log-writes.rst): the power can be cut behind each of them.
using System.Buffers.Binary;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class WriteLog : IDisposable
{
    private const int SectorBytes = 512;
    private const ulong Discard = 1 << 2;

    private readonly TempFolder _folder = new();
    private readonly string _path;

    public WriteLog()
    {
        _path = _folder.File("writes.log");
        using FileStream log = File.Create(_path);
        log.SetLength(1L << 32);
    }

    /// <summary>What QEMU is told, to have an image as the drive "card" and its writes here.</summary>
    public string[] DriveOf(string imagePath) =>
    [
        "-blockdev", $"driver=file,node-name=image,filename={imagePath}",
        "-blockdev", $"driver=file,node-name=log,filename={_path}",
        "-blockdev", $"driver=blklogwrites,node-name=card,file=image,log=log,log-sector-size={SectorBytes}",
    ];

    /// <summary>The writes so far, in their order: where in the image, and what.</summary>
    public List<(long Offset, byte[] Data)> Read()
    {
        var writes = new List<(long Offset, byte[] Data)>();
        using var log = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] sector = new byte[SectorBytes];
        log.Position = SectorBytes;         // behind the superblock, which QEMU writes now and then only
        while (true)
        {
            log.ReadExactly(sector);
            (ulong start, ulong count) = (Word(0), Word(1));
            (ulong flags, ulong inline) = (Word(2), Word(3));
            if ((start | count | flags | inline) == 0)      // not written yet
                return writes;
            if (count == 0 || (flags & Discard) != 0)
                continue;
            byte[] data = new byte[checked((int)count * SectorBytes)];
            log.ReadExactly(data);
            writes.Add(((long)start * SectorBytes, data));
        }

        ulong Word(int index) => BinaryPrimitives.ReadUInt64LittleEndian(sector.AsSpan(index * sizeof(ulong)));
    }

    public void Dispose() => _folder.Dispose();
}
