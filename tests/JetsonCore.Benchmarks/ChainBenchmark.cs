// The whole way to a flashable TX1, on the four snaps that scripts/build-tx1 makes: signing the model, seed, file
// systems, disk image and the tarball for the flash tool. The field does it with snap sign, snap prepare-image, mke2fs,
// sfdisk and tar; we with one jetson-core build, which verifies the image, sums every file and makes all of it durable
// besides. The tarball of either holds what the flash tool writes: both file systems and U-Boot.
using System.Globalization;

namespace JetsonCore.Benchmarks;

internal static class ChainBenchmark
{
    private const string Name = "chain", KeyName = "bench", Bundle = "core-18-jetson-tx1.tar.xz";
    /// <summary>Ends what signing has started.</summary>
    public const string EndAgent = "gpgconf --homedir \"$SNAP_GNUPG_HOME\" --kill gpg-agent";

    private const int Rounds = 2, PeakMebibytesMax = 150;

    // Measured: 17.3; while other work kept both processors busy 10.8.
    private const double RatioMin = 10, Goal = 20, SizeRatioMax = 1.02;

    // As gadget/gadget.yaml has them, in sectors; the data partition as large as ours is for these snaps.
    private const int SectorSize = 512, BootSector = 34, BootMebibytes = 256, UBootSector = 1015842;
    private const int UBootSectors = 64 << 11, WritableMebibytes = 100;

    private const string Model = """
        {"type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "jetson-tx1",
         "architecture": "arm64", "base": "core18", "gadget": "jetson-tx1", "kernel": "jetson-tx1-kernel",
         "timestamp": "2026-01-01T00:00:00+00:00"}
        """;

    private const string KeyParameters = """
        %no-protection
        Key-Type: RSA
        Key-Length: 4096
        Name-Real: bench
        Preferences: SHA512
        %commit

        """;

    public static Race Race(BenchmarkFolder folder, EmptyStore store)
    {
        string ours = folder.File("chain-ours"), theirs = folder.File("chain-theirs"), keys = folder.File("keys");
        string model = folder.File("model.json");
        return new(Name, () => MakeKeys(folder, model, keys))
        {
            Program = Tool("JETSON_CORE"),
            Ours =
            [
                "build", "--no-cache", "--model-headers", model, "--sign-key", KeyName, "--gadget", Snap("GADGET"), "--kernel",
                Snap("KERNEL"), "--snap", Snap("BASE"), "--snap", Snap("SNAPD"), "--allow-unvouched", "--timings",
                "-O", ours,
            ],
            Theirs = ["sh", "-ec", Chain, "chain", theirs, model],
            Peer = "snap, mke2fs, sfdisk, tar",
            Folders = [ours, theirs],
            Outputs = [Path.Combine(ours, Bundle), Path.Combine(theirs, Bundle)],
            Environment = new Dictionary<string, string>
            {
                ["XDG_DATA_HOME"] = folder.File("data"),
                ["SNAP_GNUPG_HOME"] = keys,
                ["SNAPPY_FORCE_API_URL"] = store.Address,
                ["UBUNTU_IMAGE_SKIP_COPY_UNVERIFIED_MODEL"] = "1",      // nobody vouches for the key of this run
                ["SOURCE_DATE_EPOCH"] = "1767225600",
            },
            Rounds = Rounds,
            RatioMin = RatioMin,
            Goal = Goal,
            SizeRatioMax = SizeRatioMax,
            PeakMebibytesMax = PeakMebibytesMax,
            TellsTimings = true,
        };
    }

    /// <summary>The snaps that both get.</summary>
    public static string[] Snaps => [Snap("GADGET"), Snap("KERNEL"), Snap("BASE"), Snap("SNAPD")];

    /// <summary>The model and what prepare-image makes of it: $1 the folder, $2 the model's headers.</summary>
    public static string Seed => $$"""
        mkdir -p "$1"
        cd "$1"
        snap sign -k {{KeyName}} <"$2" >tx1.model
        snap prepare-image --snap '{{Snap("GADGET")}}' --snap '{{Snap("KERNEL")}}' --snap '{{Snap("BASE")}}' \
          --snap '{{Snap("SNAPD")}}' tx1.model prepared
        """;

    /// <summary>What ubuntu-image does with these tools, and the tarball.</summary>
    private static string Chain => Seed + string.Create(CultureInfo.InvariantCulture, $$"""

        mkdir -p partitions bundle/bootloader/ubuntu-core
        mkdir -p writable/system-data
        mv prepared/image/var writable/system-data/var
        mke2fs -q -t ext4 -O ^metadata_csum,^64bit -L system-boot -d prepared/image/boot/uboot \
          partitions/system-boot.ext4 {{BootMebibytes}}M
        mke2fs -q -t ext4 -L writable -d writable partitions/writable.ext4 {{WritableMebibytes}}M
        put() {
          dd if="$1" of=jetson.img bs=64k seek=$(($2 * {{SectorSize}})) oflag=seek_bytes conv=notrunc,sparse status=none
        }
        truncate -s {{WritableMebibytes + 562}}M jetson.img
        sfdisk -q jetson.img <<'table'
        label: gpt
        first-lba: 34
        grain: 512
        start={{BootSector}}, size={{BootMebibytes}}MiB, name=system-boot
        start={{UBootSector}}, size=64MiB, name=LNX
        start={{UBootSector + UBootSectors}}, size={{WritableMebibytes}}MiB, name=writable
        table
        put partitions/system-boot.ext4 {{BootSector}}
        put prepared/gadget/u-boot.bin {{UBootSector}}
        put partitions/writable.ext4 {{UBootSector + UBootSectors}}
        ln partitions/system-boot.ext4 bundle/bootloader/system.img
        ln partitions/writable.ext4 bundle/bootloader/system-data.ext4
        cp prepared/gadget/u-boot.bin bundle/bootloader/ubuntu-core/
        tar -cJf {{Bundle}} -C bundle .
        {{EndAgent}}
        """);

    private static void MakeKeys(BenchmarkFolder folder, string model, string keys)
    {
        if (Directory.Exists(keys))
            return;
        File.WriteAllText(model, Model);
        string parameters = folder.File("key parameters");
        File.WriteAllText(parameters, KeyParameters);
        Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Command.Run(["gpg", "--quiet", "--homedir", keys, "--batch", "--gen-key", parameters]);
        Command.Run([Tool("JETSON_CORE"), "key", "create", KeyName],
            new Dictionary<string, string> { ["XDG_DATA_HOME"] = folder.File("data") });
    }

    private static string Snap(string name) => Tool($"TX1_{name}_SNAP");

    private static string Tool(string variable) => Environment.GetEnvironmentVariable(variable) ?? variable;
}
