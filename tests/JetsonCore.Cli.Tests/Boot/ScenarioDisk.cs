// The disk on which scenarios run in a real U-Boot: system-boot alone, with our environment, and kernels that only end.
using System.Globalization;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class ScenarioDisk
{
    public const string OldKernel = "jetson-tx1-kernel_x1.snap", NewKernel = "new-kernel_x2.snap", NewBase = "new-base_x2.snap";
    private const int FirstSector = 34, SectorBytes = 512, EnvironmentBytes = 0x20000;
    private static readonly string Offset = string.Create(CultureInfo.InvariantCulture, $"?offset={FirstSector * SectorBytes}");

    private readonly TempFolder _folder;

    public ScenarioDisk(TempFolder folder)
    {
        _folder = folder;
        ImagePath = folder.File("scenario.img");
    }

    public string ImagePath { get; }

    /// <summary>The variables of /uboot.env; null where it is lost.</summary>
    public SortedDictionary<string, string>? Environment
    {
        get
        {
            string copy = _folder.File("read.env");
            File.Delete(copy);
            Debug($"dump /uboot.env {copy}");
            return File.Exists(copy) && File.ReadAllBytes(copy) is { Length: EnvironmentBytes } block
                && UBootEnvironment.RecogniseLayout(block) is not null ? UBootEnvironment.Decode(block) : null;
        }
    }

    /// <summary>Whether there is a /uboot.env, whatever is in it.</summary>
    public bool HasEnvironment
    {
        get
        {
            string copy = _folder.File("there.env");
            File.Delete(copy);
            Debug($"dump /uboot.env {copy}");
            return File.Exists(copy);
        }
    }

    /// <summary>Repeats a write of U-Boot's.</summary>
    public void Write((long Offset, byte[] Data) write)
    {
        using FileStream disk = File.OpenWrite(ImagePath);
        disk.Position = write.Offset;
        disk.Write(write.Data);
    }

    /// <summary>Makes the disk anew, as it leaves the factory; <paramref name="features"/> as mke2fs has them.</summary>
    public void Make(string features = "^metadata_csum,^64bit")
    {
        string files = _folder.File("scenario");
        WriteKernel(Path.Combine(files, OldKernel));
        SortedDictionary<string, string> variables = UBootEnvironmentText.Read(
                File.ReadAllText(Repository.PathOf("gadget", "uboot.env.in")))
            .Aggregate(new SortedDictionary<string, string>(StringComparer.Ordinal), (all, entry) =>
            {
                all[entry.Key] = entry.Value!;
                return all;
            });
        variables["snap_core"] = "core18_x1.snap";
        variables["snap_kernel"] = OldKernel;
        WriteBlock(Path.Combine(files, "uboot.env"), variables);
        using (FileStream disk = File.Create(ImagePath))
            disk.SetLength(64 << 20);
        Oracle.Run("sgdisk", "-a1", $"-n1:{FirstSector}:+32M", "-c1:system-boot", ImagePath).MustSucceed();
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-b", "4096", "-O", features, "-d", files,
            "-E", Offset[1..], ImagePath, "32M").MustSucceed();
    }

    /// <summary>A second kernel beside the first; one that fails restarts the machine.</summary>
    public void AddKernel(bool isGood = true, bool isComplete = true)
    {
        string kernel = _folder.File("new");
        WriteKernel(kernel, restarts: !isGood);
        Debug($"mkdir /{NewKernel}");
        Debug($"mkdir /{NewKernel}/dtbs");
        foreach (string file in (string[])["kernel.img", "initrd.img", "dtbs/tegra210-p2371-2180.dtb"])
        {
            if (isComplete || file != "kernel.img")
                Debug($"write {Path.Combine(kernel, file)} /{NewKernel}/{file}");
        }
    }

    /// <summary>Changes /uboot.env as snapd does; null deletes a variable.</summary>
    public void Change(params (string Name, string Value)[] changes)
    {
        SortedDictionary<string, string> variables = Environment!;
        foreach ((string name, string value) in changes)
        {
            variables.Remove(name);
            if (value.Length > 0)
                variables[name] = value;
        }
        string block = _folder.File("changed.env");
        WriteBlock(block, variables);
        Debug("rm /uboot.env");
        Debug($"write {block} /uboot.env");
    }

    /// <summary>Puts zeros in the place of /uboot.env, or nothing.</summary>
    public void LoseEnvironment(bool isDamaged)
    {
        Debug("rm /uboot.env");
        if (isDamaged)
            Debug($"write {_folder.Write("zeros.env", new byte[EnvironmentBytes])} /uboot.env");
    }

    public void CheckFileSystem() => Oracle.Run("e2fsck", "-fn", ImagePath + Offset).MustSucceed();

    private void Debug(string command) => Oracle.Run("debugfs", "-w", "-R", command, ImagePath + Offset).MustSucceed();

    private void WriteKernel(string folder, bool restarts = false)
    {
        Directory.CreateDirectory(Path.Combine(folder, "dtbs"));
        File.WriteAllBytes(Path.Combine(folder, "kernel.img"), EndingKernel.Make(restarts));
        File.WriteAllBytes(Path.Combine(folder, "initrd.img"), new byte[3000]);
        string source = _folder.Write("tree.dts", "/dts-v1/;\n/ { compatible = \"a,board\"; model = \"x\"; };\n"u8.ToArray());
        Oracle.Run("dtc", "-I", "dts", "-O", "dtb", "-o", Path.Combine(folder, "dtbs", "tegra210-p2371-2180.dtb"), source)
            .MustSucceed();
    }

    private static void WriteBlock(string path, SortedDictionary<string, string> variables)
    {
        byte[] block = new byte[EnvironmentBytes];
        UBootEnvironment.Encode(variables, block);
        File.WriteAllBytes(path, block);
    }
}
