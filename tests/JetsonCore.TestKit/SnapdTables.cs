// snapd's own test tables: its tests of asserts are run from Debian's source package with a log laid over Decode
// (tests/judges/snapd-tables/log.go), so that every text that they decode comes with snapd's verdict. Nothing of them is
// in this tree. The result is kept under ~/.cache/jetson-core by what it follows from.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace JetsonCore.TestKit;

/// <summary>One text that snapd's tests decode.</summary>
/// <param name="Text">The text.</param>
/// <param name="Error">Why snapd does not take it; empty where it does.</param>
public sealed record SnapdTableCase(byte[] Text, string Error);

public static class SnapdTables
{
    private const string Package = "github.com/snapcore/snapd/asserts", GoPath = "/usr/share/gocode";
    private const string Plain = "func Decode(serializedAssertion", Quiet = "func decodeQuietly(serializedAssertion";

    private static readonly Lazy<IReadOnlyList<SnapdTableCase>> Loaded = new(Load);

    /// <summary>Every text once; those are left out for which a test has changed what snapd takes.</summary>
    public static IReadOnlyList<SnapdTableCase> Cases => Loaded.Value;

    private static IReadOnlyList<SnapdTableCase> Load()
    {
        string log = Repository.PathOf("tests", "judges", "snapd-tables", "log.go");
        string source = Path.Combine(GoPath, "src", Package, "asserts.go");
        string key = Convert.ToHexStringLower(SHA256.HashData(
            [.. File.ReadAllBytes(log), .. File.ReadAllBytes(source)]))[..16];
        string table = Path.Combine(SnapdJudge.CacheFolder(), "judges", $"snapd-tables-{key}.jsonl");
        if (!File.Exists(table))
            Make(table, log, source);
        return
        [
            .. File.ReadLines(table).Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("Formats").GetRawText() == """{"snap-declaration":5,"system-user":1,"test-only":1,"test-only-seq":2}""")
                .Select(line => new SnapdTableCase(line.GetProperty("Text").GetBytesFromBase64(), line.GetProperty("Error").GetString()!))
                .Where(one => !Encoding.UTF8.GetString(one.Text).Contains("type: test-only", StringComparison.Ordinal))
                .DistinctBy(one => Convert.ToHexString(one.Text)),
        ];
    }

    private static void Make(string table, string log, string source)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(table)!);
        using var temp = new TempFolder();
        string text = File.ReadAllText(source);
        string changed = temp.Write("asserts.go", text.Replace(Plain, Quiet, StringComparison.Ordinal));
        string added = Path.Combine(Path.GetDirectoryName(source)!, "zz_log.go");
        string overlay = temp.Write("overlay.json",
            JsonSerializer.Serialize(new { Replace = new Dictionary<string, string> { [source] = changed, [added] = log } }));
        string fresh = $"{table}.{Environment.ProcessId}";
        // Tests of snapd that fail, because this machine is not theirs, have logged their texts all the same.
        OracleResult run = Oracle.Run(new OracleCall("go")
        {
            Arguments = ["test", "-vet=off", "-count=1", $"-overlay={overlay}", Package],
            Environment = new Dictionary<string, string>
            {
                ["GO111MODULE"] = "off",
                ["GOFLAGS"] = "",
                ["GOPATH"] = GoPath,
                ["GOCACHE"] = temp.File("cache"),
                ["SNAPD_TABLES"] = fresh,
            },
            TimeLimit = TimeSpan.FromMinutes(5),
        });
        if (!File.Exists(fresh))
            run.MustSucceed();
        File.Move(fresh, table, overwrite: true);
    }
}
