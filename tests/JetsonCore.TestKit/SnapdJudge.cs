// snapd's own assertion library as a judge: tests/judges/snapd-assertions, built from Debian's
// golang-github-snapcore-snapd-dev on first use and kept under ~/.cache/jetson-core by the content of its source.
using System.Security.Cryptography;

namespace JetsonCore.TestKit;

public static class SnapdJudge
{
    private static readonly Lazy<string> Program = new(Build);

    /// <summary>Runs a verb of the judge; see main.go.</summary>
    public static OracleResult Run(params string[] arguments) => Oracle.Run(Program.Value, arguments);

    private static string Build()
    {
        string source = Repository.PathOf("tests", "judges", "snapd-assertions");
        string key = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(source, "main.go"))))[..16];
        string cache = Path.Combine(CacheFolder(), "judges");
        string program = Path.Combine(cache, $"snapd-assertions-{key}");
        if (File.Exists(program))
            return program;
        Directory.CreateDirectory(cache);
        using var temp = new TempFolder();
        string built = temp.File("judge");
        Oracle.Run(new OracleCall("go")
        {
            Arguments = ["build", "-o", built, "."],
            Folder = source,
            Environment = new Dictionary<string, string>
            {
                ["GO111MODULE"] = "off",
                ["GOFLAGS"] = "",
                ["GOPATH"] = "/usr/share/gocode",
                ["GOCACHE"] = temp.File("cache"),
            },
            TimeLimit = TimeSpan.FromMinutes(5),
        }).MustSucceed();
        string fresh = $"{program}.{Environment.ProcessId}";
        File.Copy(built, fresh, overwrite: true);
        File.Move(fresh, program, overwrite: true);     // atomic: test processes may build side by side
        return program;
    }

    private static string CacheFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "jetson-core");
}
