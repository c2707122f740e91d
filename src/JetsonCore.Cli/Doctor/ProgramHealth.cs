// Libraries and programs that some verbs want: those of the system, looked for where they will be, and not started.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using JetsonCore.Boot.Emulation;
using JetsonCore.Cli.Shell;
using JetsonCore.Files;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Cli.Doctor;

internal static class ProgramHealth
{
    private const string Certificates = "/etc/ssl/certs/ca-certificates.crt";
    private static readonly string[] OpenSslFiles = ["libssl.so.3", "libssl.so.1.1"];

    private static readonly string[] PackedVerbs =
        ["build", "check", "diff", "flash", "fs", "initrd", "inspect", "kernel", "seed", "snap"];

    private static readonly string[] SignedVerbs =
        ["build", "fetch", "key", "seed", "sign", "snap", "system-user", "verify"];

    private static readonly string[] StoreVerbs = ["build", "fetch"];
    private static readonly string[] KeyVerbs = ["build", "key", "sign", "system-user"];

    public static IEnumerable<HealthCheck> All =>
    [
        Library(SystemLibrary.Lzma, "xz"),
        Library(SystemLibrary.Zstd, "zstd"),
        OpenSsl(),
        CertificateList(),
        Emulator(),
        EmulatedUBoot(),
        KeyHolder(),
    ];

    /// <summary>OpenSSL's version; null where no library can be loaded.</summary>
    // The class library ends the process where there is none.
    public static Version? OpenSslVersion()
    {
        if (!OpenSslFiles.Any(file => NativeLibrary.TryLoad(file, out _)))
            return null;
        long number = SafeEvpPKeyHandle.OpenSslVersion;     // 0xMNN00PP0: major, minor, patch
        return new((int)(number >> 28), (int)(number >> 20) & 0xFF, (int)(number >> 4) & 0xFF);
    }

    /// <summary>The path of a program as a shell finds it; null where there is none.</summary>
    internal static string? Find(string program) => program.Contains('/', StringComparison.Ordinal)
        ? HostFile.FirstOf([program])
        : HostFile.FirstOf((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, program)));

    private static HealthCheck Library(SystemLibrary library, string format) => library.Version is { } version
        ? new(library.Name, Health.Good, $"version {version}, for {format}") { Verbs = PackedVerbs }
        : new(library.Name, Health.Broken, $"missing: {format} cannot be read or written")
        {
            Verbs = PackedVerbs,
            Remedy = $"apt-get install {library.Package}",
        };

    private static HealthCheck OpenSsl() => OpenSslVersion() is { } version
        ? new("openssl", Health.Good, $"version {version}, for digests and signatures") { Verbs = SignedVerbs }
        : new("openssl", Health.Broken, "missing: nothing can be digested or signed")
        {
            Verbs = SignedVerbs,
            Remedy = "apt-get install libssl3",
        };

    private static HealthCheck CertificateList()
    {
        string list = Variable("SSL_CERT_FILE") ?? Certificates;
        return HostFile.Exists(list)
            ? new("certificates", Health.Good, $"{list}, for the store") { Verbs = StoreVerbs }
            : new("certificates", Health.Absent, $"no {list}: the store cannot be trusted")
            {
                Verbs = StoreVerbs,
                Remedy = "apt-get install ca-certificates",
            };
    }

    private static HealthCheck Emulator() => Find(EmulatedBoard.Program) is { } path
        ? new("qemu", Health.Good, path) { Verbs = ["boot"] }
        : new("qemu", Health.Absent, $"no {EmulatedBoard.Program} in PATH")
        {
            Verbs = ["boot"],
            Remedy = "apt-get install qemu-system-arm",
        };

    private static HealthCheck EmulatedUBoot() => Variable("JETSON_CORE_UBOOT_QEMU") switch
    {
        null => new("qemu-uboot", Health.Good, "to be named with --uboot") { Verbs = ["boot"] },
        var path when HostFile.Exists(path) => new("qemu-uboot", Health.Good, path) { Verbs = ["boot"] },
        var path => new("qemu-uboot", Health.Broken, $"JETSON_CORE_UBOOT_QEMU names {path}, which is not there")
        {
            Verbs = ["boot"],
            Remedy = "scripts/build-uboot qemu u-boot-qemu.bin, in a checkout of JetsonCore",
        },
    };

    private static HealthCheck KeyHolder()
    {
        if (Variable("SNAPD_EXT_KEYMGR") is { } manager)
        {
            return Find(manager) is { } found
                ? new("key-manager", Health.Good, found) { Verbs = KeyVerbs }
                : new("key-manager", Health.Broken, $"SNAPD_EXT_KEYMGR names {manager}, which is not there")
                {
                    Verbs = KeyVerbs,
                    Remedy = "unset SNAPD_EXT_KEYMGR",
                };
        }
        string gpg = Variable("SNAP_GNUPG_CMD") ?? "gpg", keyring = KeyArguments.SnapKeyring();
        if (!HostFile.IsFolder(keyring))
            return new("gpg", Health.Good, $"not wanted: there are no keys of snap in {keyring}") { Verbs = KeyVerbs };
        return Find(gpg) is { } path
            ? new("gpg", Health.Good, $"{path}, for snap's keys in {keyring}") { Verbs = KeyVerbs }
            : new("gpg", Health.Broken, $"no {gpg}: snap's keys in {keyring} cannot be used")
            {
                Verbs = KeyVerbs,
                Remedy = "apt-get install gpg",
            };
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
