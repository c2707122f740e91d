// The inputs of a device that is quick to build: gadget, kernel, base and snapd as folders of a few files, and a key.
// Tests change what they want to see refused.
using System.Buffers.Binary;
using System.Text;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Build;

internal sealed class TinyDevice : IDisposable
{
    public const string GadgetYaml = """
        volumes:
          tiny:
            bootloader: u-boot
            schema: gpt
            structure:
              - name: system-boot
                role: system-boot
                type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4
                filesystem: ext4
                filesystem-label: system-boot
                offset: 17408
                size: 16777216
              - name: TBC
                type: EBD0A0A2-B9E5-4433-87C0-68B6B72699C7
                size: 2097152
              - name: LNX
                type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4
                size: 1048576
                content:
                  - image: u-boot.bin
        """;

    public const string EnvironmentText = """
        bootcmd=run snappy_boot
        snappy_args=setenv bootargs "root=LABEL=writable snap_core=${snap_core} snap_kernel=${snap_kernel}"
        snappy_load=load mmc 0:1 ${kernel_addr_r} /${snap_kernel}/kernel.img && load mmc 0:1 ${fdt_addr_r} /${snap_kernel}/dtbs/${fdtfile} && load mmc 0:1 ${ramdisk_addr_r} /${snap_kernel}/initrd.img
        snappy_pick=setenv trying yes; test -z "${snap_try_core}" || setenv snap_core ${snap_try_core}; test -z "${snap_try_kernel}" || setenv snap_kernel ${snap_try_kernel}
        snappy_try=setenv snap_mode trying; if saveenv; then run snappy_pick; fi
        snappy_boot=if test "${snap_mode}" = try; then run snappy_try; elif test "${snap_mode}" = trying; then setenv snap_mode; saveenv; fi; if run snappy_load; then run snappy_args; booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdt_addr_r}; fi; test -z "${trying}" || reset
        empty=
        fdt_addr_r=0x88000000
        fdtfile=board.dtb
        kernel_addr_r=80080000
        ramdisk_addr_r=0x88200000
        """;

    private const string Model = """
        {"type": "model", "series": "16", "authority-id": "brand", "brand-id": "brand", "model": "tiny",
         "architecture": "arm64", "base": "core18", "gadget": "tiny", "kernel": "tiny-kernel"}
        """;

    private readonly TempFolder _temp = new();

    public TinyDevice()
    {
        Program = new(
            new Dictionary<string, string>
            {
                ["SOURCE_DATE_EPOCH"] = "1573659600",
                ["XDG_DATA_HOME"] = File("data"),
                ["XDG_CACHE_HOME"] = File("cache"),
            },
            Folder);
        WriteGadget();
        WriteKernel();
        WriteSnap("core18", "base");
        WriteSnap("snapd", "snapd");
        _temp.Write("model.json", Model);
        Oracle.Run("chmod", "-R", "u=rwX,go=rX", Folder).MustSucceed();
        Program.Run("key", "import", Repository.PathOf("tests", "keys", "signing.pem"), "--name", "tester")
            .MustSucceed();
    }

    public string Folder => _temp.Path;

    public ProgramProcess Program { get; }

    public string File(params string[] parts) => _temp.File(parts);

    public void Write(string name, string content) => _temp.Write(name, content);

    public void Write(string name, byte[] content) => _temp.Write(name, content);

    /// <summary>Makes the gadget's environment of a text.</summary>
    public void WriteEnvironment(string text)
    {
        _temp.Write("uboot.env.in", text + "\n");
        Program.Run("env", "make", "uboot.env.in", "gadget/uboot.env", "--force").MustSucceed();
    }

    /// <summary>Builds into a folder.</summary>
    public OracleResult Build(string output, params string[] more) => Program.Run(BuildArguments(output, more));

    /// <summary>The same with a fault that strace puts into a system call.</summary>
    public (OracleResult Result, bool Happened) BuildWithFault(string fault, string output, params string[] more) =>
        Program.RunWithFault(fault, BuildArguments(output, ["--no-cache", .. more]));

    public void Dispose() => _temp.Dispose();

    public static string[] BuildArguments(string output, params string[] more) =>
    [
        "build", "--model-headers", "model.json", "--sign-key", "tester", "--gadget", "gadget", "--kernel", "kernel",
        "--snap", "core18", "--snap", "snapd", "--allow-unvouched", "-O", output, .. more,
    ];

    /// <summary>An arm64 kernel of one page, which needs so many bytes of memory.</summary>
    public static byte[] Kernel(ulong imageSize, ulong flags = 0xA)
    {
        var kernel = new byte[4096];
        BinaryPrimitives.WriteUInt64LittleEndian(kernel.AsSpan(0x10), imageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(kernel.AsSpan(0x18), flags);
        "ARM\x64"u8.CopyTo(kernel.AsSpan(0x38));
        return kernel;
    }

    private void WriteGadget()
    {
        Write("gadget/meta/snap.yaml",
            "name: tiny\nversion: 1\ntype: gadget\nbase: core18\narchitectures: [arm64]\n");
        Write("gadget/meta/gadget.yaml", GadgetYaml);
        Write("gadget/u-boot.bin", Encoding.ASCII.GetBytes("u-boot, really"));
        WriteEnvironment(EnvironmentText);
        System.IO.File.CreateSymbolicLink(File("gadget", "uboot.conf"), "uboot.env");
    }

    private void WriteKernel()
    {
        Write("kernel/meta/snap.yaml", "name: tiny-kernel\nversion: 1\ntype: kernel\narchitectures: [arm64]\n");
        Write("kernel/kernel.img", Kernel(imageSize: 1 << 20));
        Write("kernel/initrd.img", new byte[100_000]);
        Write("kernel/dtbs/board.dtb", DeviceTree());
    }

    /// <summary>A header that says of itself that it is a whole device tree.</summary>
    private static byte[] DeviceTree()
    {
        var tree = new byte[64];
        BinaryPrimitives.WriteUInt32BigEndian(tree, 0xD00DFEED);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(4), (uint)tree.Length);
        return tree;
    }

    private void WriteSnap(string name, string type) =>
        Write($"{name}/meta/snap.yaml", $"name: {name}\nversion: 1\ntype: {type}\n");
}
