// A copy of the built image as an SD card for QEMU, and what a test does to it: debugfs and sgdisk work on the file
// itself, so nothing is mounted and nobody has to be root.
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using JetsonCore.Formats.Gpt;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class BootDisk : IDisposable
{
    private const int EnvironmentSizeBytes = 131072;
    private readonly TempFolder _folder = new();

    /// <summary>Copies the image, with QEMU's device tree in the place of the board's.</summary>
    public BootDisk()
        : this(BootInputs.Image)
    {
        string deviceTree = VirtualMachine.WriteDeviceTree(_folder.File("virt.dtb"));
        SortedDictionary<string, string> environment = ReadEnvironment();
        ReplaceFile("system-boot", $"/{environment["snap_kernel"]}/dtbs/{environment["fdtfile"]}", deviceTree);
    }

    /// <summary>Copies an image that has QEMU's device tree already.</summary>
    public BootDisk(string image)
    {
        ImagePath = _folder.File("disk.img");
        Oracle.Run("cp", "--sparse=always", image, ImagePath).MustSucceed();
        GrowToPowerOfTwo();
    }

    /// <summary>A copy of another one.</summary>
    public BootDisk(BootDisk other)
    {
        ImagePath = _folder.File("disk.img");
        Oracle.Run("cp", "--sparse=always", other.ImagePath, ImagePath).MustSucceed();
    }

    public string ImagePath { get; }

    /// <summary>The variables in /uboot.env of system-boot.</summary>
    public SortedDictionary<string, string> ReadEnvironment() =>
        UBootEnvironment.Decode(ReadFile("system-boot", "/uboot.env"));

    /// <summary>Sets variables in /uboot.env, as snapd does.</summary>
    public void ChangeEnvironment(params (string Name, string Value)[] changes)
    {
        string changed = WriteChangedEnvironment(changes);
        ReplaceFile("system-boot", "/uboot.env", changed);
    }

    /// <summary>Adds a changed copy of /uboot.env to system-boot.</summary>
    public void AddEnvironment(string path, params (string Name, string Value)[] changes) =>
        DebugFs("system-boot", $"write {WriteChangedEnvironment(changes)} {path}");

    public byte[] ReadFile(string partition, string path)
    {
        string copy = _folder.File("copy");
        DebugFs(partition, $"dump {path} {copy}");
        return File.ReadAllBytes(copy);
    }

    public void AddFile(string partition, string path, string source) => DebugFs(partition, $"write {source} {path}");

    public void ReplaceFile(string partition, string path, string source)
    {
        DebugFs(partition, $"rm {path}");
        DebugFs(partition, $"write {source} {path}");
    }

    /// <summary>A second kernel in system-boot: the same kernel and device tree, the initrd of the caller.</summary>
    public void AddTryKernel(string name, byte[] initrd)
    {
        SortedDictionary<string, string> environment = ReadEnvironment();
        string factory = environment["snap_kernel"], deviceTree = $"dtbs/{environment["fdtfile"]}";
        DebugFs("system-boot", $"mkdir /{name}");
        DebugFs("system-boot", $"mkdir /{name}/dtbs");
        foreach (string file in new[] { "kernel.img", deviceTree })
        {
            string copy = _folder.Write("asset", ReadFile("system-boot", $"/{factory}/{file}"));
            DebugFs("system-boot", $"write {copy} /{name}/{file}");
        }
        DebugFs("system-boot", $"write {_folder.Write("asset", initrd)} /{name}/initrd.img");
    }

    /// <summary>Puts a kernel that switches the machine off in the place of the factory's: what U-Boot does ends there.</summary>
    public void EndAtHandover()
    {
        string kernel = _folder.Write("ending", EndingKernel.Make());
        ReplaceFile("system-boot", $"/{ReadEnvironment()["snap_kernel"]}/kernel.img", kernel);
    }

    /// <summary>One debugfs command that changes or shows a file system; it tells failures on stderr only.</summary>
    public string DebugFs(string partition, string command)
    {
        OracleResult result = Oracle.Run("debugfs", "-w", "-R", command, Locate(partition));
        string complaints = string.Join('\n', result.Error.Split('\n').Skip(1)).Trim();   // behind the version
        Assert.True(complaints.Length == 0, $"debugfs {command}: {complaints}");
        return result.MustSucceed();
    }

    /// <summary>The size of a partition and of the file system in it.</summary>
    public (long PartitionBytes, long FileSystemBytes) SizesOf(string partition)
    {
        GptTable table = ReadTable();
        string header = Oracle.Run("dumpe2fs", "-h", Locate(partition)).MustSucceed();
        return (table.SizeBytes(table.Entries.First(entry => entry.Name == partition)), Field("Block count:") * Field("Block size:"));

        long Field(string name) => long.Parse(
            header.Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..],
            CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes of the disk behind the last partition that a partition could take.</summary>
    public long FreeBytesAtEnd()
    {
        GptTable table = ReadTable();
        return (table.LastUsableLba - table.Entries.Max(entry => entry.LastLba)) * table.SectorSize;
    }

    /// <summary>Where the first table ends, and where its backup starts, in bytes.</summary>
    public (long PrimaryEnd, long BackupStart) TableBounds()
    {
        GptTable table = ReadTable();
        return (table.FirstUsableLba * table.SectorSize, (table.LastUsableLba + 1) * table.SectorSize);
    }

    /// <summary>Lets the last partition fill the disk and leaves its file system small, as flash.sh does.</summary>
    public void GrowLastPartition()
    {
        GptTable table = ReadTable();
        GptEntry last = table.Entries.MaxBy(entry => entry.LastLba)!;
        Oracle.Run("sgdisk", "--set-alignment=1", "--move-second-header", $"--delete={last.Number}",
            $"--new={last.Number}:{last.FirstLba}:0", $"--change-name={last.Number}:{last.Name}", ImagePath)
            .MustSucceed();
    }

    /// <summary>Turns a feature of the superblock on or off that U-Boot reads, but refuses to write.</summary>
    public void SetMetadataChecksums(bool isOn)
    {
        const int ReadOnlyCompatibleOffset = 1024 + 0x64;
        const uint MetadataChecksum = 0x400;
        GptTable table = ReadTable();
        using FileStream image = new(ImagePath, FileMode.Open, FileAccess.ReadWrite);
        image.Position = table.StartBytes(table.Entries.First(entry => entry.Name == "system-boot")) + ReadOnlyCompatibleOffset;
        byte[] word = new byte[sizeof(uint)];
        image.ReadExactly(word);
        uint features = BinaryPrimitives.ReadUInt32LittleEndian(word) & ~MetadataChecksum;
        BinaryPrimitives.WriteUInt32LittleEndian(word, isOn ? features | MetadataChecksum : features);
        image.Position -= word.Length;
        image.Write(word);
    }

    /// <summary>Whether a partition has a file.</summary>
    public bool HasFile(string partition, string path) =>
        !Oracle.Run("debugfs", "-R", $"stat {path}", Locate(partition)).Error.Contains("not found", StringComparison.Ordinal);

    /// <summary>Does again what a machine has written to a copy of this disk.</summary>
    public void Write(long offset, byte[] data)
    {
        using FileStream image = File.OpenWrite(ImagePath);
        image.Position = offset;
        image.Write(data);
    }

    /// <summary>Whether system-boot is whole once the journal is played back that a power cut has left: in a copy.</summary>
    public void CheckSystemBootIsRecoverable()
    {
        GptTable table = ReadTable();
        GptEntry entry = table.Entries.First(entry => entry.Name == "system-boot");
        string copy = _folder.File("system-boot");
        Oracle.Run("dd", $"if={ImagePath}", $"of={copy}", "conv=sparse", "bs=512", $"skip={entry.FirstLba}",
            $"count={entry.LastLba - entry.FirstLba + 1}").MustSucceed();
        OracleResult check = Oracle.Run("e2fsck", "-fp", copy);
        Assert.True(check.ExitCode is 0 or 1, $"e2fsck -fp: {check.ExitCode}\n{check.Output}{check.Error}");
    }

    public void CheckFileSystems()
    {
        foreach (string partition in new[] { "system-boot", "writable" })
        {
            OracleResult check = Oracle.Run("e2fsck", "-fn", Locate(partition));
            Assert.True(check.ExitCode == 0, $"e2fsck -fn {partition}: {check.ExitCode}\n{check.Output}{check.Error}");
        }
    }

    public void Dispose() => _folder.Dispose();

    private string WriteChangedEnvironment((string Name, string Value)[] changes)
    {
        SortedDictionary<string, string> environment = ReadEnvironment();
        foreach ((string name, string value) in changes)
            environment[name] = value;
        byte[] block = new byte[EnvironmentSizeBytes];
        UBootEnvironment.Encode(environment, block);
        return _folder.Write("changed.env", block);
    }

    /// <summary>QEMU takes an SD card of such a size only.</summary>
    private void GrowToPowerOfTwo()
    {
        using FileStream image = File.OpenWrite(ImagePath);
        image.SetLength((long)BitOperations.RoundUpToPowerOf2((ulong)image.Length));
    }

    private GptTable ReadTable()
    {
        using FileStream image = File.OpenRead(ImagePath);
        return GptReader.Read(image).Table;
    }

    /// <summary>A file system inside the image, as e2fsprogs want it named.</summary>
    private string Locate(string partition)
    {
        GptTable table = ReadTable();
        return $"{ImagePath}?offset={table.StartBytes(table.Entries.First(entry => entry.Name == partition))}";
    }
}
