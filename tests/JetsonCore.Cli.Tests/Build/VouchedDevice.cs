// A TinyDevice for which snapd's public test root vouches: brand, key and snaps, so that a `snap` that trusts this root
// takes its seed. Its snaps are files, as their digests stand in the statements.
using System.Security.Cryptography;
using System.Text;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Build;

internal sealed class VouchedDevice : IDisposable
{
    private const string Since = "2018-01-01T00:00:00Z";

    // The first two are the ones that snapd knows.
    public static readonly (string Name, string Id)[] Snaps =
    [
        ("core18", "CSO04Jhav2yK0uz97cr0ipQRyqg0qQL6"), ("snapd", "PMrrV4ml8uWuEUDBT8dSGnKUYbevVhc4"),
        ("kernel", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"), ("gadget", "gggggggggggggggggggggggggggggggg"),
    ];

    private readonly TinyDevice _device = new();

    public VouchedDevice()
    {
        SnapdJudge.WriteTestRoot(_device.Folder);
        Run("key", "import", "test-root.pem");
        KeyId = Run("key", "list").Split('\n').Single(line => line.Contains("tester", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Single(word => word.Length == 64);
        Sign("account.assert", "\"type\": \"account\", \"account-id\": \"brand\", \"display-name\": \"Brand\", "
            + $"\"username\": \"brand\", \"validation\": \"unproven\", \"timestamp\": \"{Since}\"");
        Sign("key.assert", $"\"type\": \"account-key\", \"account-id\": \"brand\", \"name\": \"default\", \"since\": \"{Since}\", "
            + $"\"public-key-sha3-384\": \"{KeyId}\", \"body\": \"{Run("key", "export", "tester").Trim().Replace("\n", "\\n", StringComparison.Ordinal)}\"");
        foreach ((string name, string snapId) in Snaps)
            VouchFor(name, snapId);
    }

    /// <summary>The id of the brand's key.</summary>
    public string KeyId { get; }

    /// <summary>Builds into a folder; returns how the build went.</summary>
    public OracleResult Build(string output, params string[] more) => _device.Program.Run(
    [
        "build", "--model-headers", "model.json", "--sign-key", "tester", "--gadget", "gadget.snap", "--kernel", "kernel.snap",
        "--snap", "core18.snap", "--snap", "snapd.snap", "--trust", "test-root.assert", "-O", output, .. more,
    ]);

    /// <summary>The statements that vouch for the image, as options of `build`.</summary>
    public static string[] Statements =>
    [
        "--assertion", "account.assert", "--assertion", "key.assert",
        .. Snaps.SelectMany(snap => (string[])["--assertion", $"{snap.Name}.declaration", "--assertion", $"{snap.Name}.revision"]),
    ];

    public string Run(params string[] arguments) => _device.Program.Run(arguments).MustSucceed();

    public OracleResult TryRun(params string[] arguments) => _device.Program.Run(arguments);

    public string File(params string[] parts) => _device.File(parts);

    public void Dispose() => _device.Dispose();

    /// <summary>The name of the snap in a folder.</summary>
    public static string NameOf(string folder) => folder switch { "kernel" => "tiny-kernel", "gadget" => "tiny", _ => folder };

    /// <summary>Packs the snap of a folder, and signs what speaks for it.</summary>
    public void VouchFor(string name, string id)
    {
        Run("snap", "pack", name, ".", "--filename", $"{name}.snap");
        VouchForFile(name, id);
    }

    /// <summary>Signs what speaks for the file of a snap.</summary>
    public void VouchForFile(string name, string id)
    {
        using FileStream file = System.IO.File.OpenRead(File($"{name}.snap"));
        string digest = Convert.ToBase64String(SHA3_384.HashData(file)).Replace('+', '-').Replace('/', '_');
        Sign($"{name}.declaration", $"\"type\": \"snap-declaration\", \"series\": \"16\", \"snap-id\": \"{id}\", "
            + $"\"snap-name\": \"{NameOf(name)}\", \"publisher-id\": \"brand\", \"timestamp\": \"{Since}\"");
        Sign($"{name}.revision", $"\"type\": \"snap-revision\", \"snap-sha3-384\": \"{digest}\", \"snap-id\": \"{id}\", "
            + $"\"snap-size\": \"{file.Length}\", \"snap-revision\": \"7\", \"developer-id\": \"brand\", \"timestamp\": \"{Since}\"");
    }

    private void Sign(string file, string headers)
    {
        _device.Write("headers.json", Encoding.UTF8.GetBytes($"{{ {headers}, \"authority-id\": \"testrootorg\" }}"));
        Run("sign", "-k", "test-root", "headers.json", "-o", file);
    }
}
