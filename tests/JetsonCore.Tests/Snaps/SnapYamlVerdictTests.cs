// snap.yaml is read as snapd's own library reads it: the same verdict and the same fields, on files as they are shipped
// and on hundreds of damaged ones. SNAP_FILES and SNAP_SEED widen the hunt.
using System.Diagnostics;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using JetsonCore.Tests.Gadget;
using Xunit;

namespace JetsonCore.Tests.Snaps;

public class SnapYamlVerdictTests
{
    private static readonly int FilesCount = SnapdVerdictTests.Setting("SNAP_FILES", 800);
    private static readonly int Seed = SnapdVerdictTests.Setting("SNAP_SEED", 1);

    /// <summary>What snapd judges and we leave to it.</summary>
    private static readonly string[] LeftToSnapd = ["cannot validate license", "timer has invalid format"];

    /// <summary>What we refuse on purpose: it would become part of a file's name, or a text of an odd spelling.</summary>
    private static readonly string[] Meant = ["JC4026"];

    public static TheoryData<string> Shipped => [.. Names];

    private static string[] Names =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string Folder => Repository.PathOf("tests", "JetsonCore.Tests", "Snaps", "corpus");

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_shipped_file_is_read_as_snapd_reads_it(string name)
    {
        string path = Path.Combine(Folder, name);
        Assert.Null(Disagreement(File.ReadAllBytes(path), SnapdJudge.Snap([path])[0]));
        Assert.Empty(Errors(File.ReadAllBytes(path)));
    }

    [Fact]
    public void Damaged_files_are_read_as_snapd_reads_them()
    {
        using var temp = new TempFolder();
        List<string> corpus = [.. Names.Select(name => File.ReadAllText(Path.Combine(Folder, name)))];
        var mutator = new SnapMutator(new SeededRandom((ulong)Seed), corpus);
        List<byte[]> files = [.. Enumerable.Range(0, FilesCount).Select(_ => mutator.Next())];
        SnapVerdict[] verdicts = SnapdJudge.Snap(files.Select((file, index) => temp.Write($"{index}.yaml", file)));
        List<string> disagreements = [];
        for (int index = 0; index < files.Count; index++)
        {
            if (Disagreement(files[index], verdicts[index]) is { } difference)
                disagreements.Add($"#{index}: {difference}\n{Encoding.UTF8.GetString(files[index])}\n=====");
        }
        if (disagreements.Count > 0)
            Assert.Fail($"{disagreements.Count} of {files.Count}:\n{string.Join('\n', disagreements.Take(30))}");
        Assert.InRange(verdicts.Count(verdict => verdict.Error.Length == 0), files.Count / 10, files.Count * 9 / 10);
    }

    [Theory]
    [InlineData("mailto:a@b")]
    [InlineData("mai@to:a@b")]
    [InlineData("a@b")]
    [InlineData(":a@b")]
    [InlineData("a/b:c@d")]
    [InlineData("HTTPS://a")]
    [InlineData("https://a b/")]
    [InlineData("https://a:80/b")]
    [InlineData("https://a:x/b")]
    [InlineData("https://[::1]:80/b")]
    [InlineData("https://a/%zz")]
    [InlineData("https://a/%41?%zz")]
    [InlineData("http:a")]
    [InlineData("1http://a@b")]
    [InlineData("ftp://a@b")]
    public void A_link_is_judged_as_snapd_judges_it(string link)
    {
        using var temp = new TempFolder();
        byte[] text = Encoding.UTF8.GetBytes($"name: xx\nversion: 1\nlinks: {{website: [\"{link}\"]}}\n");
        Assert.Null(Disagreement(text, SnapdJudge.Snap([temp.Write("snap.yaml", text)])[0]));
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("5", false)]
    [InlineData("1h30m", true)]
    [InlineData("1.5s", true)]
    [InlineData(".5s", true)]
    [InlineData("5.s", true)]
    [InlineData(".s", false)]
    [InlineData("+1s", true)]
    [InlineData("1µs", true)]
    [InlineData("2562047h47m16.854775807s", true)]
    [InlineData("2562047h47m16.854775808s", false)]
    [InlineData("9223372036854775807ns", true)]
    [InlineData("9223372036854775808ns", false)]
    [InlineData("99999999999999999999h", false)]
    [InlineData("1s 2s", false)]
    public void A_time_is_read_as_Go_reads_it(string time, bool isGood)
    {
        using var temp = new TempFolder();
        byte[] text = Encoding.UTF8.GetBytes(
            $"name: xx\nversion: 1\napps: {{a: {{command: a, daemon: simple, stop-timeout: \"{time}\"}}}}\n");
        Assert.Null(Disagreement(text, SnapdJudge.Snap([temp.Write("snap.yaml", text)])[0]));
        Assert.Equal(isGood, GoDuration.Parse(time) is not null);
    }

    [Theory]
    [InlineData("name: first\nname: second\nversion: 1\n", "second")]
    [InlineData("x: &a {name: merged}\nversion: 1\n<<: *a\n", "merged")]
    [InlineData("x: &a {name: merged}\n<<: *a\nversion: 1\nname: own\n", "own")]
    [InlineData("name: own\nversion: 1\n<<: {name: merged}\n", "merged")]
    [InlineData("x: &a second\nname: *a\nversion: 1\n", "second")]
    public void The_last_name_counts_also_if_it_is_drawn_in(string yaml, string name)
    {
        using var temp = new TempFolder();
        byte[] text = Encoding.UTF8.GetBytes(yaml);
        SnapVerdict verdict = SnapdJudge.Snap([temp.Write("snap.yaml", text)])[0];
        Assert.Equal(name, verdict.Fields["name"]);
        Assert.Null(Disagreement(text, verdict));
    }

    /// <summary>Each of these once ended the program, or never came to an end.</summary>
    [Theory]
    [InlineData("? &a [*a]\n: 1\n", "JC4002")]
    [InlineData("a: &a [*a]\nplugs: {x: *a}\n", "JC4018")]
    [InlineData("plugs: {x: &a {? *a : 1}}\n", "JC4002")]
    public void A_file_that_contains_itself_is_refused(string yaml, string code) =>
        Assert.Contains(Errors(Encoding.UTF8.GetBytes(yaml)), error => error.Rule.Code == code);

    [Theory]
    [InlineData("? *k\n: 1\n")]
    [InlineData("plugs: {x: *k}\n")]
    [InlineData("plugs: {x: {? *k : 1}}\n")]
    [InlineData("apps: {x: {environment: {a: *k}}}\n")]
    public void Anchors_that_explode_are_refused_soon(string use)
    {
        var yaml = new StringBuilder("name: xx\nversion: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n");
        for (char letter = 'b'; letter <= 'k'; letter++)
            yaml.Append($"{letter}: &{letter} [{string.Join(", ", Enumerable.Repeat($"*{(char)(letter - 1)}", 10))}]\n");
        var watch = Stopwatch.StartNew();
        Assert.NotEmpty(Errors(Encoding.UTF8.GetBytes(yaml + use)));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    /// <summary>Each anchor is no deeper than a text may be, and all of them together are.</summary>
    [Fact]
    public void Anchors_within_anchors_are_not_followed_for_ever()
    {
        var yaml = new StringBuilder("name: xx\nversion: 1\na0: &a0 x\n");
        for (int level = 1; level < 400; level++)
            yaml.Append($"a{level}: &a{level} {new string('[', 900)}*a{level - 1}{new string(']', 900)}\n");
        Assert.NotNull(Errors(Encoding.UTF8.GetBytes(yaml + "plugs: {x: {y: *a399}}\n")));
    }

    [Fact]
    public void A_path_in_architectures_is_refused() => Assert.Contains(
        Errors("name: xx\nversion: 1\narchitectures: [../../y]\n"u8.ToArray()), error => error.Rule.Code == "JC4026");

    /// <summary>In which way we differ from snapd, or null.</summary>
    private static string? Disagreement(byte[] text, SnapVerdict theirs)
    {
        if (theirs.Error.StartsWith("panic", StringComparison.Ordinal)
            || LeftToSnapd.Any(words => theirs.Error.Contains(words, StringComparison.Ordinal)))
            return null;
        List<Diagnostic> errors = Errors(text);
        if (errors.Any(error => Meant.Contains(error.Rule.Code)))
            return null;
        string ours = string.Join("; ", errors.Select(error => $"{error.Rule.Code}@{error.Span.Line} {error.Message}"));
        if (errors.Count > 0 != theirs.Error.Length > 0)
            return $"VERDICT snapd \"{theirs.Error}\", we \"{ours}\"";
        if (theirs.Fields.Count == 0)
            return null;
        Dictionary<string, string> fields = Fields(text);
        foreach ((string key, string value) in theirs.Fields)
        {
            if (fields[key] != value)
                return $"FIELD {key}: snapd \"{value}\", we \"{fields[key]}\"";
        }
        return null;
    }

    private static List<Diagnostic> Errors(byte[] text)
    {
        var diagnostics = new DiagnosticBag();
        _ = SnapYaml.Read(text, diagnostics);
        return [.. diagnostics.Items.Where(item => item.Severity == Severity.Error)];
    }

    private static Dictionary<string, string> Fields(byte[] text)
    {
        SnapYamlDocument snap = SnapYamlReader.Read(text, new())!;
        string type = snap.Text("type").Value is { Length: > 0 } typed ? typed : "app";
        return new(StringComparer.Ordinal)
        {
            ["name"] = snap.Text("name").Value,
            ["version"] = snap.Text("version").Value,
            ["type"] = snap.Text("name").Value == "snapd" ? "snapd" : type == "application" ? "app" : type,
            ["architectures"] = snap.List("architectures").IsEmpty ? "all" : Values(snap, "architectures", ','),
            ["base"] = snap.Text("base").Value,
            ["title"] = snap.Text("title").Value,
            ["summary"] = snap.Text("summary").Value,
            ["description"] = snap.Text("description").Value,
            ["confinement"] = snap.Text("confinement").Value is { Length: > 0 } confinement ? confinement : "strict",
            ["license"] = snap.Text("license").Value,
            ["provenance"] = snap.Text("provenance").Value,
            ["assumes"] = Join(snap.List("assumes").Select(item => item.Value)),
            ["epoch"] = snap.Epoch.ToString(),
            ["apps"] = Join(snap.Apps.Values.Select(app => string.Join('|',
                app.Name.Value, app.Text("command").Value, app.Text("daemon").Value, app.DaemonScope,
                app.Text("stop-command").Value, app.Text("completer").Value, app.Text("refresh-mode").Value,
                Values(app, "command-chain", '+'), Values(app, "after", '+'), app.Sockets.Count))),
            ["hooks"] = Join(snap.Hooks.Keys),
            ["layout"] = Join(snap.Layout.Values.Select(one => string.Join('|', one.Name.Value,
                one.Text("bind").Value, one.Text("bind-file").Value, one.Text("type").Value, one.Text("symlink").Value))),
            ["plugs"] = Join(Connections(snap, snap.Plugs, "plugs")),
            ["slots"] = Join(Connections(snap, snap.Slots, "slots")),
            ["system-usernames"] = Join(snap.Usernames.Keys),
        };
    }

    private static IEnumerable<string> Connections(
        SnapYamlDocument snap, OrderedDictionary<string, SnapYamlConnection> connections, string key) =>
        connections.Values.Select(one => $"{one.Name.Value}={one.Interface}").Concat(
            snap.Apps.Values.Concat<SnapYamlFields>(snap.Hooks.Values).SelectMany(user => user.List(key))
                .Select(name => name.Value).Where(name => !connections.ContainsKey(name)).Distinct()
                .Select(name => $"{name}={name}"));

    private static string Values(SnapYamlFields fields, string key, char separator) =>
        string.Join(separator, fields.List(key).Select(item => item.Value));

    private static string Join(IEnumerable<string> items) => string.Join(',', items.Order(StringComparer.Ordinal));
}
