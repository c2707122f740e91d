// What flash.sh puts into a layout, in the order of its sed commands. Names change only where the file behind them is
// there: TXC becomes TBC, BXF BPF, WX0 WB0, TXS TOS, EXS EKS, DXB DTB, NXC NVC.
// Source: flash.sh of R24.1, R28.1 and R32.7.2, read; the results on R24.1, R28.1 and R32.6.1 were measured.
using System.Globalization;
using JetsonCore.Flash.Layouts;

namespace JetsonCore.Flash.Tree;

/// <summary>The words of layouts.</summary>
internal static class L4tPlaceholders
{
    /// <summary>What flash.sh calls the file of APP and the boot image.</summary>
    public const string SystemImage = "system.img", BootImage = "boot.img";

    private const long EfiBytes = 64 << 20, RecoveryRootBytes = 314572800, RecoveryBytes = 66060288;
    private const long BootPartLimit = 10485760;
    private const long PptBytes = 16896, PptBytesOfR24 = 2097152;     // where the board file has no sizes

    /// <summary>
    /// Words that flash.sh replaces or whose line it drops, in any release: no file name of ours may hold one.
    /// </summary>
    public static IReadOnlyList<string> Reserved { get; } =
    [
        "EBTFILE", "LNXFILE", "LNXNAME", "LNXSIZE", "SOSFILE", "NCTFILE", "NCTTYPE", "nct.txt", "VERFILE", "NXC",
        "NVCTYPE", "NVCFILE", "MB2NAME", "MB2TYPE", "MB2FILE", "TEGRABOOT", "MXB", "MPBTYPE", "MPBFILE", "MPBNAME",
        "MXP", "MBPTYPE", "MBPFILE", "MBPNAME", "BXF", "BPFFILE", "BPFNAME", "BPFSIGN", "DXI", "DFIFILE", "TXS",
        "TOSFILE", "TOSNAME", "EXS", "EKSFILE", "FBFILE", "FBTYPE", "FBNAME", "FX", "WX0", "WB0TYPE", "WB0FILE",
        "WB0SIZE", "SC7NAME", "APPSIZE", "APPFILE", "APPUUID", "EFISIZE", "EFIFILE", "EXI", "DXB", "DTBFILE", "TXC",
        "TBCTYPE", "TBCFILE", "TBCNAME", "BCTSIZE", "PPTSIZE", "PPTFILE", "GPTFILE", "RECNAME", "RECSIZE", "RECFILE",
        "RECDTB-NAME", "RECDTB-FILE", "BOOTCTRLNAME", "BOOTCTRL-FILE", "RECROOTFSSIZE", "fastboot.bin", "spe.bin",
        "recovery.img", "system.img", "flash.xml.bin",
    ];

    /// <summary>The commands for a board.</summary>
    public static IReadOnlyList<PlaceholderCommand> Commands(
        L4tConfiguration configuration, L4tInputs inputs, L4tGeneration generation)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(inputs);
        var commands = new List<PlaceholderCommand>();
        void Put(string word, string? with) => commands.Add(new(word, with));

        Put("EBTFILE", inputs.Named("bootloader").Path.Split('/')[^1]);
        if (generation != L4tGeneration.R24)
            Put("LNXNAME", "kernel");
        Put("LNXFILE", generation == L4tGeneration.R24 ? null : BootImage);
        Put("SOSFILE", null);
        if (inputs.FileName("bcffile") is not null || inputs.FileName("nctfile") is null)
        {
            Put("NCTFILE", null);
            Put("NCTTYPE", "data");
        }
        if (generation == L4tGeneration.R32)
            Put("VERFILE", configuration.Value("VERFILENAME") is { Length: > 0 } version ? version : null);
        PutFile(commands, inputs.FileName("tegraboot"), ("NXC", "NVC"), "NVCTYPE=bootloader", "NVCFILE");
        PutFile(commands, inputs.FileName("mtspreboot"), ("MXB", "MPB"), "MPBTYPE=mts_preboot", "MPBFILE");
        PutFile(commands, inputs.FileName("mts"), ("MXP", "MBP"), "MBPTYPE=mts_bootpack", "MBPFILE");
        PutFile(commands, inputs.FileName("bpffile"), ("BXF", "BPF"), "", "BPFFILE");
        PutFile(commands, inputs.FileName("tosfile"), ("TXS", "TOS"), "", "TOSFILE");
        Put("EXS", "EKS");
        Put("EKSFILE", inputs.FileName("eksfile"));
        string? fuses = inputs.FileName("fbfile");
        PutFile(commands, fuses is null ? null : $"{fuses.Split('.')[0]}.bin", ("FX", "FB"),
            "FBTYPE=fuse_bypass", "FBFILE");
        PutFile(commands, inputs.FileName("wb0boot"), ("WX0", "WB0"), "WB0TYPE=WB0", "WB0FILE");
        PutSizes(commands, configuration, generation);
        Put("DXB", "DTB");
        string tree = inputs.Named("dtbfile").Path.Split('/')[^1];
        Put("DTBFILE", generation == L4tGeneration.R32 ? $"kernel_{tree}" : tree);
        PutFile(commands, inputs.FileName("tbcfile"), ("TXC", "TBC"), "TBCTYPE=bootloader", "TBCFILE");
        if (generation == L4tGeneration.R32)
            PutRecovery(commands);
        return commands;
    }

    private static void PutFile(
        List<PlaceholderCommand> commands, string? file, (string From, string To) name, string type, string fileWord)
    {
        string[] types = type.Split('=');
        if (file is not null)
            commands.Add(new(name.From, name.To));
        if (types.Length == 2)
            commands.Add(new(types[0], file is null ? "data" : types[1]));
        commands.Add(new(fileWord, file));
    }

    private static void PutSizes(
        List<PlaceholderCommand> commands, L4tConfiguration configuration, L4tGeneration generation)
    {
        static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
        if (L4tConfiguration.Size(configuration.Value("ROOTFSSIZE")) is { } bytes)
            commands.Add(new("APPSIZE", Text(bytes)));
        if (generation == L4tGeneration.R32)
            commands.Add(new("APPUUID", ""));
        if (generation == L4tGeneration.R28)
            commands.Add(new("recovery.img", null));
        commands.Add(new("APPFILE", SystemImage));
        commands.Add(new("EFISIZE", Text(EfiBytes)));
        commands.Add(new("EFIFILE", null));
        long limit = L4tConfiguration.Size(configuration.Value("BOOTPARTLIMIT")) ?? BootPartLimit;
        if (L4tConfiguration.Size(configuration.Value("BOOTPARTSIZE")) is { } boot
            && L4tConfiguration.Size(configuration.Value("EMMCSIZE")) is not null)
        {
            if (generation == L4tGeneration.R24)
                commands.Add(new("BCTSIZE", Text(boot)));
            commands.Add(new("PPTSIZE", Text(Math.Max(0, limit - boot))));
        }
        else
        {
            commands.Add(new("PPTSIZE", Text(generation == L4tGeneration.R24 ? PptBytesOfR24 : PptBytes)));
        }
    }

    private static void PutRecovery(List<PlaceholderCommand> commands)
    {
        commands.Add(new("RECNAME", "recovery"));
        commands.Add(new("RECSIZE", RecoveryBytes.ToString(CultureInfo.InvariantCulture)));
        commands.Add(new("RECFILE", null));
        commands.Add(new("RECDTB-NAME", "recovery-dtb"));
        commands.Add(new("RECDTB-FILE", null));
        commands.Add(new("BOOTCTRLNAME", "kernel-bootctrl"));
        commands.Add(new("BOOTCTRL-FILE", null));
        commands.Add(new("RECROOTFSSIZE", RecoveryRootBytes.ToString(CultureInfo.InvariantCulture)));
        commands.Add(new("flash.xml.bin", "crc-flash.xml.bin"));
    }
}
