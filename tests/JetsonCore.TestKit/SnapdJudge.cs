// snapd's own libraries as judges: the programs in tests/judges, built from Debian's golang-github-snapcore-snapd-dev
// on first use and kept under ~/.cache/jetson-core by the content of their source. Some share stream/. And snapd's own
// `snap`, built with the public test keys of that package, which everyone has.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace JetsonCore.TestKit;

public static class SnapdJudge
{
    private static readonly Lazy<string> Assertions = new(() => Build("snapd-assertions"));
    private static readonly Lazy<string> Gadgets = new(() => Build("snapd-gadget"));
    private static readonly Lazy<string> Images = new(() => Build("snapd-image", "-tags", "nosecboot"));

    private static readonly Lazy<string> Snaps = new(() => Build("snapd-snap"));
    private static readonly Lazy<string> TestRoot = new(() =>
        BuildFolder("test-root", Repository.PathOf("scripts", "dev-system", "test-root"), "-tags", "nosecboot"));

    private static readonly Lazy<string> SnapTool = new(BuildSnap);

    /// <summary>What `snap debug validate-seed` says of a seed.yaml, where the public test keys are trusted.</summary>
    public static OracleResult ValidateSeed(string seedYaml) => Oracle.Run(new OracleCall(SnapTool.Value)
    {
        Arguments = ["debug", "validate-seed", seedYaml],
        Environment = new Dictionary<string, string> { ["SNAP_REEXEC"] = "0" },
    });

    /// <summary>Writes snapd's public test root into a folder: test-root.pem, test-root.assert.</summary>
    public static void WriteTestRoot(string folder) => Oracle.Run(TestRoot.Value, folder).MustSucceed();

    /// <summary>Asks the judge of snap.yaml about each file: what is wrong with it, and the fields read.</summary>
    public static SnapVerdict[] Snap(IEnumerable<string> paths)
    {
        string output = Oracle.Run(new OracleCall(Snaps.Value)
        {
            Input = Encoding.UTF8.GetBytes(string.Concat(paths.Select(path => path + "\n"))),
        }).MustSucceed();
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            {
                JsonElement answer = JsonDocument.Parse(line).RootElement;
                JsonElement fields = answer.GetProperty("fields");
                return new SnapVerdict(
                    answer.GetProperty("error").GetString()!,
                    fields.ValueKind == JsonValueKind.Null ? new Dictionary<string, string>()
                        : fields.EnumerateObject().ToDictionary(
                        field => field.Name, field => field.Value.GetString()!, StringComparer.Ordinal));
            }),
        ];
    }

    /// <summary>Runs a verb of the judge of assertions; see its main.go.</summary>
    public static OracleResult Run(params string[] arguments) => Oracle.Run(Assertions.Value, arguments);

    /// <summary>Runs a verb of the judge of gadgets on each line; empty texts where it is content.</summary>
    public static string[] Gadget(IReadOnlyList<string> arguments, IEnumerable<string> lines)
    {
        string output = Oracle.Run(new OracleCall(Gadgets.Value)
        {
            Arguments = arguments,
            Input = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))),
        }).MustSucceed();
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("error").GetString()!),
        ];
    }

    /// <summary>Prepares images, a case of JSON on each line; why each is refused, empty where it is not.</summary>
    public static string[] PrepareImages(string roots, string statements, IEnumerable<string> cases) =>
        PrepareImages([roots, statements], new Dictionary<string, string>(), cases);

    /// <summary>The same with a store that has snaps and statements.</summary>
    public static string[] PrepareImagesFromStore(string roots, string storeUrl, IEnumerable<string> cases) =>
        PrepareImages([roots], new Dictionary<string, string>
        {
            ["SNAPPY_FORCE_API_URL"] = storeUrl,
            ["SNAPPY_FORCE_SAS_URL"] = storeUrl,
        }, cases);

    private static string[] PrepareImages(
        string[] arguments, IReadOnlyDictionary<string, string> environment, IEnumerable<string> cases)
    {
        string output = Oracle.Run(new OracleCall(Images.Value)
        {
            Arguments = arguments,
            Environment = environment,
            Input = Encoding.UTF8.GetBytes(string.Concat(cases.Select(line => line + "\n"))),
        }).MustSucceed();
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Error").GetString()!),
        ];
    }

    private static string Build(string name, params string[] options) =>
        BuildFolder(name, Repository.PathOf("tests", "judges", name), options);

    private static string BuildFolder(string name, string source, params string[] options)
    {
        byte[] text =
        [
            .. File.ReadAllBytes(Path.Combine(source, "main.go")),
            .. File.ReadAllBytes(Repository.PathOf("tests", "judges", "stream", "stream.go")),
        ];
        return BuildOnce($"{name}-{Convert.ToHexStringLower(SHA256.HashData(text))[..16]}", source, [.. options, "."]);
    }

    private static string BuildSnap()
    {
        string version = Oracle.Run("dpkg-query", "-W", "-f", "${Version}", "golang-github-snapcore-snapd-dev").MustSucceed();
        return BuildOnce($"snap-testkeys-{version.Replace('+', '-')}", Path.GetTempPath(),
            ["-tags", "nosecboot nomanagers withtestkeys", "github.com/snapcore/snapd/cmd/snap"]);
    }

    private static string BuildOnce(string name, string folder, string[] arguments)
    {
        string cache = Path.Combine(CacheFolder(), "judges");
        string program = Path.Combine(cache, name);
        if (File.Exists(program))
            return program;
        Directory.CreateDirectory(cache);
        using var temp = new TempFolder();
        string built = temp.File("judge");
        Oracle.Run(new OracleCall("go")
        {
            Arguments = ["build", "-o", built, .. arguments],
            Folder = folder,
            Environment = new Dictionary<string, string>
            {
                ["GO111MODULE"] = "off",
                ["GOFLAGS"] = "",
                ["GOPATH"] = "/usr/share/gocode",
                ["GOCACHE"] = temp.File("cache"),
            },
            TimeLimit = TimeSpan.FromMinutes(10),
        }).MustSucceed();
        string fresh = $"{program}.{Environment.ProcessId}";
        File.Copy(built, fresh, overwrite: true);
        File.Move(fresh, program, overwrite: true);     // atomic: test processes may build side by side
        return program;
    }

    internal static string CacheFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "jetson-core");
}

/// <summary>What snapd says about a snap.yaml.</summary>
/// <param name="Error">Its fault; empty where there is none.</param>
/// <param name="Fields">What was read; nothing where it could not be read.</param>
public sealed record SnapVerdict(string Error, IReadOnlyDictionary<string, string> Fields);
