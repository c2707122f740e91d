// The files that flash.sh takes for a board: those it cannot do without (mkfilepath: "Error: missing NAME (PATH)."),
// and those it does without (mkfilesoft), so that their partition stays empty under another name.
//
//   name          variable           where it looks otherwise
//   kernel_image  DFLT_KERNEL_IMAGE  kernel/Image (R28 and later; in R24 always kernel/DFLT_KERNEL)
//   bootloader    BOOTLOADER         bootloader/TARGET/fastboot.bin (R24, R28), bootloader/cboot.bin (R32)
//   sysbootfile   SYSBOOTFILE        nowhere: R24 and R28 copy it to rootfs/boot, and end with "failed." without it
//   …
//
// Source: flash.sh of R24.1, R28.1 and R32.7.2, read.
using System.Collections.Immutable;

namespace JetsonCore.Flash.Tree;

/// <summary>A file that flash.sh takes.</summary>
/// <param name="Name">Its name in flash.sh's messages.</param>
/// <param name="Variable">The variable of the board file that names it; empty where none does.</param>
/// <param name="Path">Where it is looked for.</param>
/// <param name="IsThere">Whether it is there.</param>
public sealed record L4tInput(string Name, string Variable, string Path, bool IsThere);

/// <summary>The files of a board.</summary>
public sealed class L4tInputs
{
    private const string Bootloader = "bootloader";

    private readonly L4tConfiguration _configuration;
    private readonly L4tTree _tree;
    private readonly L4tGeneration _generation;
    private readonly string _target;

    private L4tInputs(L4tConfiguration configuration, L4tGeneration generation)
    {
        (_configuration, _tree, _generation) = (configuration, configuration.Tree, generation);
        _target = $"{Bootloader}/{configuration.Value("target_board")}";
        Required = [.. FindRequired()];
        Optional = FindOptional().ToImmutableDictionary(input => input.Name, StringComparer.Ordinal);
    }

    /// <summary>What flash.sh cannot do without.</summary>
    public ImmutableArray<L4tInput> Required { get; }

    /// <summary>What it does without, by its names.</summary>
    public ImmutableDictionary<string, L4tInput> Optional { get; }

    /// <summary>The path of the layout.</summary>
    public string LayoutPath => $"{_target}/cfg/{_configuration.Value("EMMC_CFG")}";

    /// <summary>The file that U-Boot is taken from: the kernel image of LNX, in R24 the boot loader of EBT.</summary>
    public L4tInput UBoot => Named(_generation == L4tGeneration.R24 ? "bootloader" : "kernel_image");

    /// <summary>Whether mkgpt makes a table, whose rules then hold.</summary>
    public bool RunsMkgpt => _generation != L4tGeneration.R35
        && !string.IsNullOrEmpty(_configuration.Value("BOOTPARTSIZE"))
        && !string.IsNullOrEmpty(_configuration.Value("EMMCSIZE"))
        && _configuration.Value("CHIPID") is null or "" or "0x21";

    /// <summary>Finds the files.</summary>
    public static L4tInputs Find(L4tConfiguration configuration, L4tGeneration generation)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new(configuration, generation);
    }

    /// <summary>One of the required files.</summary>
    public L4tInput Named(string name) => Required.First(input => input.Name == name);

    /// <summary>The last step of a file's path; null where the file is not there.</summary>
    public string? FileName(string name) => Optional.GetValueOrDefault(name) is { IsThere: true } input
        ? input.Path.Split('/')[^1] : null;

    private IEnumerable<L4tInput> FindRequired()
    {
        bool isOld = _generation is L4tGeneration.R24 or L4tGeneration.R28;
        yield return File("flashapp", "FLASHAPP", isOld ? $"{Bootloader}/nvflash" : $"{Bootloader}/tegraflash.py");
        yield return File("flasher", "FLASHER",
            isOld ? $"{_target}/fastboot.bin" : $"{Bootloader}/cboot.bin");
        yield return File("bootloader", "BOOTLOADER",
            isOld ? $"{_target}/fastboot.bin" : $"{Bootloader}/cboot.bin");
        string kernel = Kernel();
        yield return _generation == L4tGeneration.R24
            ? At("kernel_image", "", kernel)
            : File("kernel_image", "DFLT_KERNEL_IMAGE", kernel);
        if (_generation != L4tGeneration.R24)
            yield return File("kernel_fs", "DFLT_KERNEL_FS", kernel);
        yield return At("bctfile", "EMMC_BCT", $"{_target}/BCT/{_configuration.Value("EMMC_BCT")}");
        yield return At("cfgfile", "EMMC_CFG", LayoutPath);
        yield return At("dtbfile", "DTB_FILE", $"kernel/dtb/{_configuration.Value("DTB_FILE")}");
        if (_generation == L4tGeneration.R24)
        {
            string uboot = File("bootloader", "BOOTLOADER", $"{_target}/fastboot.bin").Path;
            yield return At("uboot_elf", "BOOTLOADER", $"{Path.GetDirectoryName(uboot)}/u-boot");
            yield return At("elf-get-entry.py", "", "elf-get-entry.py");
            yield return At("gen-tboot-img.py", "", $"{Bootloader}/gen-tboot-img.py");
        }
        else
        {
            yield return At("mkbootimg", "", $"{Bootloader}/mkbootimg");
        }
        if (isOld)
            yield return At("sysbootfile", "SYSBOOTFILE", $"{_target}/{_configuration.Value("SYSBOOTFILE")}.emmc");
        if (RunsMkgpt)
            yield return At("mkgpt", "", $"{Bootloader}/mkgpt");
    }

    private IEnumerable<L4tInput> FindOptional()
    {
        yield return File("tegraboot", "TEGRABOOT", $"{_target}/nvtboot.bin");
        yield return File("wb0boot", "WB0BOOT", $"{_target}/nvtbootwb0.bin");
        yield return File("mtspreboot", "MTSPREBOOT", $"{Bootloader}/mts_preboot_si");
        yield return File("mts", "MTS", $"{Bootloader}/mts_si");
        yield return File("bpffile", "BPFFILE", $"{Bootloader}/bpmp.bin");
        yield return File("tosfile", "TOSFILE", $"{_target}/tos.img");
        yield return File("eksfile", "EKSFILE", $"{_target}/eks.img");
        yield return File("fbfile", "FBFILE", "");
        yield return File("bcffile", "BCFFILE", "");
        yield return File("sosfile", "SOSFILE", "");
        yield return File("tbcfile", "TBCFILE", "");
        yield return File("nctfile", "NCTFILE", "");
    }

    private string Kernel()
    {
        string name = _configuration.Value("DFLT_KERNEL") is { Length: > 0 } given ? given
            : _generation == L4tGeneration.R24 ? "zImage" : "Image";
        return name.Contains('/', StringComparison.Ordinal) ? _tree.Normalize(name) : $"kernel/{name}";
    }

    /// <summary>The file that a variable names; where it names none, or one that is missing, another.</summary>
    private L4tInput File(string name, string variable, string otherwise)
    {
        string path = _configuration.Value(variable) is { Length: > 0 } given ? _tree.Normalize(given) : otherwise;
        bool isThere = _tree.HasFile(path);
        return isThere || otherwise.Length == 0 || !_tree.HasFile(otherwise)
            ? new(name, variable, path, isThere)
            : new(name, variable, otherwise, true);
    }

    private L4tInput At(string name, string variable, string path) => new(name, variable, path, _tree.HasFile(path));
}
