// Trees of boards that are recognised and not supported, in the shape of the real ones of R32.6.1, R32.7.4 and R35.3.1:
// a link, a short board file, what it sources, functions that flash.sh calls, blocks that set a variable again. Of the
// layouts there are the devices and the partitions that decide something.
using System.Globalization;

namespace JetsonCore.TestKit;

/// <summary>A board of a sample tree.</summary>
/// <param name="Name">The board word.</param>
/// <param name="Release">What bsp_version says.</param>
/// <param name="BoardFile">What the board word's file is a link to.</param>
/// <param name="Common">What that sources.</param>
/// <param name="Target">target_board.</param>
/// <param name="Layout">EMMC_CFG.</param>
public sealed record SampleBoard(
    string Name, string Release, string BoardFile, string Common, string Target, string Layout)
{
    /// <summary>The layout's path in the tree.</summary>
    public string LayoutPath => $"bootloader/{Target}/cfg/{Layout}";
}

public static class SampleL4tBoards
{
    public static IReadOnlyList<SampleBoard> All { get; } =
    [
        new("jetson-nano-qspi-sd", "32.6.1", "p3449-0000+p3448-0000-qspi-sd.conf", "p3448-0000.conf.common", "t210ref",
            "flash_l4t_t210_max-spi_sd_p3448.xml"),
        new("jetson-tx2", "32.7.4", "p2597-0000+p3310-1000.conf", "p2771-0000.conf.common", "t186ref",
            "flash_l4t_t186.xml"),
        new("jetson-xavier", "32.7.4", "p2822-0000+p2888-0004.conf", "p2972-0000.conf.common", "t186ref",
            "flash_l4t_t194.xml"),
        new("jetson-agx-xavier-devkit", "35.3.1", "p2822-0000+p2888-0004.conf", "p2972-0000.conf.common", "t186ref",
            "flash_t194_sdmmc.xml"),
        new("jetson-agx-orin-devkit", "35.3.1", "p3737-0000+p3701-0000.conf", "p3701.conf.common", "t186ref",
            "flash_t234_qspi_sdmmc.xml"),
    ];

    /// <summary>Makes a tree.</summary>
    public static SampleBoard Write(string folder, string name)
    {
        SampleBoard board = All.First(other => other.Name == name);
        string[] release = board.Release.Split('.');
        Put(folder, "flash.sh", "#!/bin/bash\n");
        Put(folder, "nv_tegra/bsp_version",
            $"# Version\nBSP_BRANCH={release[0]}\nBSP_MAJOR={release[1]}\nBSP_MINOR={release[2]}\n");
        Directory.CreateDirectory(Path.Combine(folder, "rootfs"));
        File.CreateSymbolicLink(Path.Combine(folder, $"{name}.conf"), board.BoardFile);
        Put(folder, board.BoardFile, BoardText(board));
        (int line, string[] before, string[] after) = CommonText(board);
        var lines = new List<string>(Functions.Split('\n'));
        while (lines.Count + before.Length < line - 1)
            lines.Add("#");
        Put(folder, board.Common, string.Join('\n', [.. lines, .. before, $"ROOTFSSIZE={Size(name)};", .. after, ""]));
        Put(folder, board.LayoutPath, LayoutText(name));
        return board;
    }

    private static string Size(string name) =>
        name.Contains("nano", StringComparison.Ordinal) ? "14GiB"
        : name.Contains("orin", StringComparison.Ordinal) ? "55GiB" : "28GiB";

    private static string BoardText(SampleBoard board)
    {
        string common = $"source \"${{LDK_DIR}}/{board.Common}\";";
        return board.Name switch
        {
            "jetson-nano-qspi-sd" => $$"""
                #!/bin/bash
                EMMC_CFG={{board.Layout}};
                BLBlockSize=1048576;
                {{common}}
                T21BINARGS="--bins \"EBT cboot.bin; "
                if [ "${BUILD_SD_IMAGE}" == 1 ]; then
                	EMMC_CFG=flash_l4t_t210_spi_sd_p3448.xml
                fi

                """,
            "jetson-agx-orin-devkit" => $$"""
                {{common}}
                update_flash_args()
                {
                	if [ "${board_sku}" = "0000" ]; then
                		DTB_FILE="tegra234-p3701-0000-p3737-0000.dtb";
                	else # of another board file
                		echo "Error: Unrecognized module SKU ${board_sku}";
                		exit 1;
                	fi
                }
                DTB_FILE="tegra234-p3701-0000-p3737-0000.dtb";
                EMMC_CFG="{{board.Layout}}";
                if [[ "${ROOTFS_AB}" == 1 && "${ROOTFS_ENC}" == "" ]]; then
                	EMMC_CFG=flash_t234_qspi_sdmmc_rootfs_ab.xml;
                elif [[ "${ROOTFS_AB}" == "" && "${ROOTFS_ENC}" == 1 ]]; then
                	EMMC_CFG=flash_t234_qspi_sdmmc_enc_rfs.xml;
                fi;

                """,
            _ => $"#!/bin/bash\n{common}\nPINMUX_CONFIG=\"other-pinmux.cfg\";\n",
        };
    }

    private const string Functions = """
        sub_var_token()
        {
        	local var="$1"; local from="$2"; local to="$3";
        	if [ "${var}" != "" -a "${!var}" != "" ]; then
        		if [[ "${!var}" =~ "${from}" ]]; then
        			local val=`echo "${!var}" | sed -e s/${from}/${to}/`;
        			eval "${var}=${val}";
        		fi;
        	fi;
        }

        process_board_version()
        {
        	local bdv=${board_version^^};
        	echo "Board ID(${board_id}) version(${board_version})" >/dev/stderr;
        	if ! [[ "${bdv}" =~ ^[A-Z0-9][0-9][0-9]$ ]]; then
        		bdv="${DEFAULT_FAB:-Z99}";
        	fi;
        	if [ "${bdv}" \< "300" ]; then
        		tofab="-a00";
        	elif [ "${bdv}" \= "B01" -o "${bdv}" \> "B01" ]; then
        		# later ones are compatible
        		tofab="-c04";
        	fi;
        	sub_var_token "DTB_FILE" "${fromfab}" "${tofab}";
        	if [ "${USE_UBOOT}" -eq 1 ]; then
        		DFLT_KERNEL_IMAGE="bootloader/t186ref/p2771-0000/";
        		DFLT_KERNEL_IMAGE+="${uboot_build}/u-boot.bin";
        	fi;
        }

        process_fuse_level()
        {
        	case ${fuselevel} in
        	fuselevel_unknown)
        		return;
        		;;
        	*)
        		;;
        	esac;
        }
        """;

    private static (int Line, string[] Before, string[] After) CommonText(SampleBoard board)
    {
        string[] blocks =
        [
            "rootfs_ab=0;", "disk_enc_enable=0;",
            "if [[ \"${ROOTFS_AB}\" == 1 && \"${ROOTFS_ENC}\" == \"\" ]]; then",
            "\trootfs_ab=1;", "\tEMMC_CFG=other_rootfs_ab.xml;", "\tROOTFSSIZE=14GiB;",
            "elif [[ \"${ROOTFS_AB}\" == \"\" && \"${ROOTFS_ENC}\" == 1 ]]; then",
            "\tdisk_enc_enable=1;", "\tEMMC_CFG=other_enc_rfs.xml;", "fi;",
        ];
        string[] uboot = ["if [ -z \"${USE_UBOOT}\" ]; then", "\tUSE_UBOOT=1;", "fi;"];
        string[] root =
        [
            $"target_board=\"{board.Target}\";", "ROOT_DEV=\"mmcblk0p12 ------------ internal eMMC.",
            "        eth0 ----------------- nfsroot via RJ45 Ethernet port.\";",
        ];
        return board.Name switch
        {
            "jetson-nano-qspi-sd" => (155,
                ["CHIPID=0x21;", "EMMC_BCT=P3448_A00_lpddr4_204Mhz_P987.cfg;", "#BOOTPARTSIZE=4194304;",
                    "EMMCSIZE=4194304;", "DTB_FILE=tegra210-p3448-0000-p3449-0000-a02.dtb;", .. uboot],
                [.. root, "BOOTLOADER=\"bootloader/${target_board}/cboot.bin\";"]),
            "jetson-tx2" => (230,
                ["CHIPID=0x18;", $"EMMC_CFG={board.Layout};", "BOOTPARTSIZE=8388608;", "EMMCSIZE=31276924928;",
                    "EMMC_BCT=P3310_A00_8GB_lpddr4_A02_l4t.cfg;", "DTB_FILE=tegra186-quill-p3310-1000-a00-00-base.dtb;",
                    .. uboot],
                [.. root, "BINSARGS=\"--bins \\\"\";", .. blocks]),
            "jetson-agx-orin-devkit" => (120,
                ["CHIPID=0x23;"],
                [.. root, "set_uefi_bins() {", "\tUEFI_IMAGE=\"${1:-uefi_t23x_general}\"", "}", "set_uefi_bins",
                    "STORAGE_SIZE_57GiB=$(( 57 * 1024 * 1024 * 1024 ));", "INT_STORAGE_SIZE=\"${STORAGE_SIZE_57GiB}\";",
                    "if [ \"${ROOTFS_AB}\" == 1 ]; then", "\tval=${ROOTFSSIZE//GiB/}", "\tval=$((val/2))",
                    "\tROOTFSSIZE=\"${val}GiB\";", "fi;"]),
            _ => (183,
                ["CHIPID=0x19;", $"EMMC_CFG={board.Layout};", "BOOTPARTSIZE=8388608;", "EMMCSIZE=31276924928;",
                    "DTB_FILE=tegra194-p2888-0001-p2822-0000.dtb;"],
                [.. root, "EMMC_BCT=\"tegra194-mb1-bct-memcfg-p2888.cfg\";", .. blocks,
                    "if [[ \"${ROOTFS_AB}\" == 1 ]]; then", "\tval=$(echo ${ROOTFSSIZE} | sed 's/GiB//g');",
                    "\tval=`expr ${val} / 2`;", "\tROOTFSSIZE=\"${val}GiB\";", "fi"]),
        };
    }

    private static string LayoutText(string name)
    {
        string Partition(string partition, string type, string? size, string? file) =>
            $"        <partition name=\"{partition}\" type=\"{type}\">\n"
            + "            <allocation_policy> sequential </allocation_policy>\n"
            + (size is null ? "" : $"            <size> {size} </size>\n")
            + (file is null ? "" : $"            <filename> {file} </filename>\n") + "        </partition>\n";
        string Device(string head, params string[] partitions) =>
            string.Create(CultureInfo.InvariantCulture,
                $"    <device {head}>\n{string.Concat(partitions)}    </device>\n");
        string devices = name switch
        {
            "jetson-nano-qspi-sd" => Device("type=\"spi\" instance=\"0\"",
                    Partition("BCT", "boot_config_table", "131072", null), Partition("NXC", "NVCTYPE", "196608", "NVCFILE"))
                + Device("type=\"sdcard\" instance=\"0\"",
                    Partition("GP1", "GP1", "2097152", null), Partition("APP", "data", "APPSIZE", "APPFILE"),
                    Partition("GPT", "GPT", "0xFFFFFFFFFFFFFFFF", null)),
            "jetson-agx-orin-devkit" => Device("type=\"spi\" instance=\"0\" sector_size=\"512\" num_sectors=\"131072\"",
                    Partition("BCT", "boot_config_table", "1048576", null), Partition("A_mb1", "mb1_bootloader", "524288", "MB1FILE"))
                + Device("type=\"sdmmc_user\" instance=\"3\" sector_size=\"512\" num_sectors=\"INT_NUM_SECTORS\"",
                    Partition("master_boot_record", "protective_master_boot_record", "512", null),
                    Partition("primary_gpt", "primary_gpt", "19968", null), Partition("APP", "data", "APPSIZE", "APPFILE"),
                    Partition("UDA", "data", null, null), Partition("secondary_gpt", "secondary_gpt", "0xFFFFFFFFFFFFFFFF", null)),
            _ => Device("type=\"sdmmc_boot\" instance=\"3\"",
                    Partition("BCT", "boot_config_table", "2097152", null), Partition("mb1", "mb1_bootloader", "262144", "MB1FILE"),
                    Partition("mb1_b", "mb1_bootloader", "262144", "MB1FILE"))
                + Device("type=\"sdmmc_user\" instance=\"3\" num_sectors=\"EMMCSIZE\"",
                    Partition("master_boot_record", "protective_master_boot_record", "512", null),
                    Partition("primary_gpt", "primary_gpt", "19968", null), Partition("APP", "data", "APPSIZE", "APPFILE"),
                    Partition("kernel", "kernel", "67108864", "LNXFILE"), Partition("BMP", "data", "134217728", "bmp.blob"),
                    Partition("UDA", "data", name == "jetson-tx2" ? "18432" : null, null),
                    Partition("secondary_gpt", "secondary_gpt", "0xFFFFFFFFFFFFFFFF", null)),
        };
        return $"<?xml version=\"1.0\"?>\n\n<partition_layout version=\"01.00.0000\">\n{devices}</partition_layout>\n";
    }

    private static void Put(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
