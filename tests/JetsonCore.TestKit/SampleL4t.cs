// Makes trees with the shape of NVIDIA's Linux_for_Tegra: the names, ids, types, sizes, words and links of R24.1, R28.1
// and R32.6.1, their assignments at their lines, their functions and comments in kind. The programs are those of
// tests/l4t. R28.2 is R28.1 with a partition BMP, as far as is known.
using System.Globalization;
using System.Text;

namespace JetsonCore.TestKit;

public enum SampleRelease
{
    R24,
    R28,
    R282,
    R32,
}

public static class SampleL4t
{
    public const string LayoutPath = "bootloader/t210ref/cfg/gnu_linux_tegraboot_emmc_full.xml";

    private const string DeviceTree = "tegra210-jetson-tx1-p2597-2180-a01-devkit.dtb";
    private const string BootConfiguration = "P2180_A00_LP4_DSC_204Mhz.cfg";
    private const string Extlinux = "bootloader/t210ref/p2371-2180-devkit/extlinux.conf.emmc";

    // name, type, size, file, then: a file system and percent, p partition attribute, x "0x8", f "0x808",
    // s start location, u guid, digits: lines of the description
    private static readonly string[] OldTable =
    [
        "BCT boot_config_table 4194304 - a", "NXC NVCTYPE 4194304 NVCFILE a", "PPT data PPTSIZE - a",
        "GP1 GP1 2097152 - a", "APP data APPSIZE APPFILE ax", "TXC TBCTYPE 2097152 TBCFILE a",
        "EBT bootloader 4194304 EBTFILE a", "BXF data 2097152 BPFFILE ap", "WX0 WB0TYPE 6291456 WB0FILE a",
        "RP1 data 4194304 DTBFILE ax", "TXS data 6291456 TOSFILE ap", "EXS data 2097152 EKSFILE ap",
        "FX FBTYPE 2097152 FBFILE ax", "SOS data 20971520 SOSFILE ox", "EXI data EFISIZE EFIFILE apx",
        "LNX data 67108864 LNXFILE ax", "DXB data 4194304 DTBFILE ax", "NXT NCTTYPE 2097152 NCTFILE ax",
        "MXB MPBTYPE 6291456 MPBFILE ap", "MXP MBPTYPE 6291456 MBPFILE ap", "USP data 2097152 - ax",
        "UDA data 2097152 - af", "GPT GPT 0xFFFFFFFFFFFFFFFF - a",
    ];

    private static readonly string[] BootAreas =
    [
        "BCT boot_config_table 1048576 - 1", "NXC NVCTYPE 376832 NVCFILE 1", "PT partition_table 131072 flash.xml.bin 1",
        "TXC TBCTYPE 196608 TBCFILE 1", "RP1 data 1048576 DTBFILE 1", "EBT bootloader 999424 EBTFILE 2",
        "WX0 WB0TYPE 131072 WB0FILE 1", "BXF data 262144 BPFFILE 1", "NXC-1 NVCTYPE 376832 NVCFILE 2",
        "PT-1 partition_table 131072 flash.xml.bin 2", "TXC-1 TBCTYPE 196608 TBCFILE 2",
        "RP1-1 data 1048576 DTBFILE 2", "EBT-1 bootloader 999424 EBTFILE 2", "WX0-1 WB0TYPE 131072 WB0FILE 2",
        "BXF-1 data 262144 BPFFILE 2", "UBENV data 32768 - sa1", "VER_b data 32768 VERFILE sap2",
        "VER data 32768 VERFILE sap1",
    ];

    private static readonly string[] UserArea =
    [
        "GP1 GP1 2097152 - 3", "APP data APPSIZE APPFILE u3", "DXB data 1048576 DTBFILE 1",
        "TXS data 6291456 TOSFILE 1", "EXS data 81920 EKSFILE 1", "LNX data 67092480 LNXFILE 2",
        "DXB-1 data 1048576 DTBFILE 2", "TXS-1 data 6291456 TOSFILE 1", "EXS-1 data 81920 EKSFILE 2",
        "LNX-1 data 67092480 LNXFILE 2", "BMP data 196608 bmp.blob 2", "RP4 data 262144 rp4.blob 2",
        "RECNAME data 66060288 - r1", "RECDTB-NAME data 524288 - r2", "BOOTCTRLNAME data 262144 - r1",
        "BOOTCTRLNAME_b data 262144 - r2", "EXI data EFISIZE EFIFILE apx1", "NXT NCTTYPE 2097152 NCTFILE ax1",
        "MXB MPBTYPE 6291456 MPBFILE ap1", "MXP MBPTYPE 6291456 MBPFILE ap1", "USP data 2097152 - ax1",
        "RECROOTFS data RECROOTFSSIZE - ax2", "UDA data 2097152 - f3", "GPT GPT -1 - 2",
    ];

    /// <summary>The board file's real name, which jetson-tx1.conf is a link to.</summary>
    public static string BoardFile(SampleRelease release) => release == SampleRelease.R32
        ? "p2597-0000+p2180-1000.conf" : "p2371-2180-devkit.conf";

    /// <summary>Makes a tree.</summary>
    public static void Write(string folder, SampleRelease release)
    {
        string programs = Repository.PathOf("tests", "l4t");
        foreach ((string program, string place) in ((string, string)[])
            [("flash.sh", ""), ("elf-get-entry.py", ""), ("gen-tboot-img.py", "bootloader"), ("mkgpt", "bootloader"),
                ("mkbootimg", "bootloader"), ("tegraflash.py", "bootloader")])
        {
            Directory.CreateDirectory(Path.Combine(folder, place));
            File.Copy(Path.Combine(programs, program), Path.Combine(folder, place, program), overwrite: true);
        }
        if (release == SampleRelease.R32)
            Quote(Path.Combine(folder, "flash.sh"));
        Put(folder, "nv_tegra/fake_release", release is SampleRelease.R282 ? "R28\n" : $"{release}\n");
        if (release == SampleRelease.R32)
            Put(folder, "nv_tegra/bsp_version", "# Version of this package\nBSP_BRANCH=32\nBSP_MAJOR=6\nBSP_MINOR=1\n");
        Put(folder, BoardFile(release), BoardText(release));
        foreach (string link in release == SampleRelease.R32 ? (string[])["jetson-tx1", "jetson-tx1-devkit", "p2371"]
            : ["jetson-tx1"])
        {
            File.CreateSymbolicLink(Path.Combine(folder, $"{link}.conf"), BoardFile(release));
        }
        Put(folder, LayoutPath, LayoutText(release));
        Directory.CreateDirectory(Path.Combine(folder, "rootfs"));
        foreach (string file in FilesOf(release))
            Put(folder, file, $"{file} of NVIDIA\n");
    }

    /// <summary>flash.sh of R32 takes paths with blanks.</summary>
    private static void Quote(string script) => File.WriteAllText(script, File.ReadAllText(script)
        .Replace("eval \"${var}=$2\"", "eval \"${var}=\\\"$2\\\"\"", StringComparison.Ordinal)
        .Replace("`readlink -f ${!var}`", "\\\"$(readlink -f \"${!var}\")\\\"", StringComparison.Ordinal)
        .Replace("`basename ${!var}`", "\\\"$(basename \"${!var}\")\\\"", StringComparison.Ordinal));

    /// <summary>The text of a layout.</summary>
    public static string LayoutText(SampleRelease release)
    {
        var text = new StringBuilder("""
            <?xml version="1.0"?>

            <!-- Tegra partitions, layout version 1.0.0 -->

            <partition_layout version="01.00.0000">

            """);
        if (release == SampleRelease.R32)
        {
            Device(text, BootAreas, firstId: null);
            text.Append('\n');
            Device(text, UserArea, firstId: null);
        }
        else
        {
            List<string> table = [.. OldTable];
            if (release == SampleRelease.R282)
                table.Insert(13, "BMP data 134217728 bmp.blob a");
            Device(text, table, firstId: 2);
        }
        return text.Append("</partition_layout>\n").ToString();
    }

    private static void Device(StringBuilder text, IReadOnlyList<string> table, int? firstId)
    {
        text.Append("    <device type=\"sdmmc\" instance=\"3\">\n");
        int number = firstId ?? 0;
        for (int index = 0; index < table.Count; index++)
        {
            string[] words = table[index].Split(' ');
            // in the stand-in for R28.2 BMP takes an id that no other has, and UDA keeps 23
            string id = firstId is null ? "" : words[0] == "BMP" ? " id=\"25\"" : $" id=\"{number++}\"";
            text.Append(CultureInfo.InvariantCulture,
                $"        <partition name=\"{words[0]}\"{id} type=\"{words[1]}\">\n");
            Children(text, words);
            text.Append(index == table.Count - 1 ? "        </partition>\n" : "        </partition>\n\n");
        }
        text.Append("    </device>\n");
    }

    private static void Children(StringBuilder text, string[] words)
    {
        string flags = words[4];
        void Child(string name, string value) =>
            text.Append(CultureInfo.InvariantCulture, $"            <{name}> {value} </{name}>\n");
        Child("allocation_policy", "sequential");
        Child("filesystem_type", "basic");
        if (flags.Contains('s', StringComparison.Ordinal))
            Child("start_location", words[0] switch { "UBENV" => "0x7D8000", "VER" => "0x7F0000", _ => "0x7E0000" });
        Child("size", words[2]);
        if (flags.Contains('a', StringComparison.Ordinal) || flags.Contains('o', StringComparison.Ordinal))
            Child("file_system_attribute", "0");
        if (flags.Contains('p', StringComparison.Ordinal))
            Child("partition_attribute", "0");
        Child("allocation_attribute", flags.Contains('f', StringComparison.Ordinal) ? "0x808"
            : flags.Contains('x', StringComparison.Ordinal) ? "0x8" : "8");
        if (flags.Contains('a', StringComparison.Ordinal) || flags.Contains('r', StringComparison.Ordinal))
            Child("percent_reserved", "0");
        if (flags.Contains('u', StringComparison.Ordinal))
            Child("unique_guid", "APPUUID");
        if (words[3] != "-")
            Child("filename", words[3]);
        if (flags.FirstOrDefault(char.IsAsciiDigit) is not '\0' and char digit)
        {
            IEnumerable<string> more = Enumerable.Repeat("\n              `and more` of it.", digit - '1');
            Child("description", $"**Required.** Holds what {words[1].ToLowerInvariant()} is.{string.Concat(more)}");
        }
    }

    private static string BoardText(SampleRelease release)
    {
        List<string> lines = ["#!/bin/bash", "", "# A board file with the assignments of the real one."];
        int root = release switch { SampleRelease.R24 => 44, SampleRelease.R28 => 42, SampleRelease.R32 => 120, _ => 49 };
        string[] before = Before(release), after = After(release);
        if (release == SampleRelease.R32)
            lines.AddRange(Functions.Split('\n'));
        while (lines.Count + before.Length < root - 1)
            lines.Add("#");
        lines.AddRange(before);
        lines.Add("ROOTFSSIZE=14GiB;");
        lines.AddRange(after);
        return string.Join('\n', lines) + "\n";
    }

    private const string Functions = """
        process_board_version()
        {
        	local board_id="${1}";
        	local bdv=${board_version^^};

        	echo "Board ID(${board_id}) version(${board_version}) " >/dev/stderr;
        }

        function t21x_sign_rcmboot_images() {
        	local args=""
        	if [[ ${cfgfile} =~ \.xml$ ]]; then
        		localcfgfile=flash.xml
        	else
        		localcfgfile=flash.cfg
        	fi
        	mkfilesoft rcmtbcfile	"${RCMTBCFILE}"	"${LDK_DIR}/${RCM_TBCFILE}"
        	sed -i "s/${tbcfilename}/${rcmtbcfilename}/" "${BL_DIR}/${tmpcfgfile}"
        	args+="--chip \"${CHIPID}\" "
        	pushd "${BL_DIR}" > /dev/null 2>&1
        	eval "${cmd}"
        	popd > /dev/null 2>&1
        }

        """;

    private static string[] Before(SampleRelease release) => release switch
    {
        SampleRelease.R24 =>
        [
            "ODMDATA=0x84000;", "NET_BSF=;", "EMMC_BSF=;", $"EMMC_BCT={BootConfiguration};",
            "EMMC_CFG=gnu_linux_tegraboot_emmc_full.xml;", "BOOTPARTSIZE=8388608;", "EMMCSIZE=31276924928;",
            "ITS_FILE=;", "SYSBOOTFILE=p2371-2180-devkit/extlinux.conf;", $"DTB_FILE={DeviceTree}", "DFLT_KERNEL=Image;",
        ],
        SampleRelease.R32 =>
        [
            "ODMDATA=0xa4000;", "CHIPID=0x21;", $"EMMC_BCT={BootConfiguration};",
            "EMMC_CFG=gnu_linux_tegraboot_emmc_full.xml;", "EMMCSIZE=31276924928;", "ITS_FILE=;",
            $"DTB_FILE={DeviceTree}", "# U-Boot is used unless the environment says otherwise", "if [ -z \"${USE_UBOOT}\" ]; then",
            "\tUSE_UBOOT=1;", "fi;",
        ],
        _ =>
        [
            "ODMDATA=0x84000;", "CHIPID=0x21;", $"EMMC_BCT={BootConfiguration};",
            "EMMC_CFG=gnu_linux_tegraboot_emmc_full.xml;", "BOOTPARTSIZE=8388608;", "EMMCSIZE=31276924928;",
            "ITS_FILE=;", "SYSBOOTFILE=p2371-2180-devkit/extlinux.conf;", $"DTB_FILE={DeviceTree}",
        ],
    };

    private static string[] After(SampleRelease release)
    {
        string[] uboot = release switch
        {
            SampleRelease.R24 =>
                ["BOOTLOADER=\"bootloader/${target_board}/p2371-2180/u-boot-dtb.bin\";", "UBOOT_WITH_TBOOT=yes;"],
            SampleRelease.R32 =>
            [
                "if [ \"${USE_UBOOT}\" -eq 1 ]; then",
                "\tDFLT_KERNEL_IMAGE=\"bootloader/${target_board}/p2371-2180/u-boot.bin\";", "fi;",
                "BOOTLOADER=\"bootloader/${target_board}/cboot.bin\";",
            ],
            _ =>
            [
                "DFLT_KERNEL_IMAGE=\"bootloader/${target_board}/p2371-2180/u-boot.bin\";",
                "BOOTLOADER=\"bootloader/${target_board}/cboot.bin\";",
            ],
        };
        string[] last = release switch
        {
            SampleRelease.R32 => ["VERFILENAME=\"emmc_bootblob_ver.txt\";"],
            SampleRelease.R24 => ["INITRD=\"bootloader/l4t_initrd.img\";", "FBFILE=\"bootloader/reserved_fb.xml\";"],
            _ => ["INITRD=\"bootloader/l4t_initrd.img\";", "BCT=\"--bct \";"],
        };
        return
        [
            "CMDLINE_ADD=\"fbcon=map:0 net.ifnames=0\";", "target_board=\"t210ref\";",
            "ROOT_DEV=\"mmcblk0p1 ------------ internal eMMC.",
            "        sda1 ----------------- external USB devices. (USB memory stick, HDD)\";",
            "TEGRABOOT=\"bootloader/${target_board}/nvtboot.bin\";", "SOSFILE=\"bootloader/nvtboot_recovery.bin\";",
            "WB0BOOT=\"bootloader/${target_board}/warmboot.bin\";", "FLASHAPP=\"bootloader/tegraflash.py\";",
            "FLASHER=\"bootloader/${target_board}/cboot.bin\";", .. uboot,
            "BCFFILE=\"bootloader/${target_board}/cfg/board_config_p2597-devkit.xml\";",
            "TBCFILE=\"bootloader/nvtboot_cpu.bin\";",
            release == SampleRelease.R32 ? "BPFFILE=\"bootloader/t210ref/sc7entry-firmware.bin\";"
                : "BPFFILE=\"bootloader/bpmp.bin\";",
            "TOSFILE=\"bootloader/tos.img\";", "EKSFILE=\"bootloader/eks.img\";", .. last,
        ];
    }

    private static IEnumerable<string> FilesOf(SampleRelease release)
    {
        string[] all =
        [
            "kernel/Image", $"kernel/dtb/{DeviceTree}", $"bootloader/t210ref/BCT/{BootConfiguration}",
            "bootloader/t210ref/nvtboot.bin", "bootloader/nvtboot_recovery.bin", "bootloader/t210ref/warmboot.bin",
            "bootloader/t210ref/cboot.bin", "bootloader/t210ref/cfg/board_config_p2597-devkit.xml",
            "bootloader/nvtboot_cpu.bin", "bootloader/tos.img", "bootloader/eks.img",
            "bootloader/t210ref/p2371-2180/u-boot.bin",
        ];
        return release switch
        {
            SampleRelease.R24 => [.. all, "bootloader/bpmp.bin", "bootloader/t210ref/p2371-2180/u-boot-dtb.bin",
                "bootloader/t210ref/p2371-2180/u-boot", "bootloader/l4t_initrd.img", Extlinux],
            SampleRelease.R32 => [.. all, "bootloader/t210ref/sc7entry-firmware.bin", "bootloader/bmp.blob",
                "bootloader/rp4.blob", "bootloader/nv_boot_control.conf", "bootloader/l4t_initrd.img"],
            _ => [.. all, "bootloader/bpmp.bin", "bootloader/l4t_initrd.img", "bootloader/bmp.blob", Extlinux],
        };
    }

    private static void Put(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
