// jetson-core.yaml: fields with their places, layers over each other, variables; and that whatever is printed reads back.
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Project;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Project;

public sealed class BuildProjectTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly DiagnosticBag _diagnostics = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public void Dispose() => _temp.Dispose();

    private BuildProject Load(string text, params string[] settings) => Load(text, [], settings);

    private BuildProject Load(string text, string[] profiles, string[] settings)
    {
        _temp.Write("jetson-core.yaml", text);
        return BuildProject.Load(new()
        {
            Path = _temp.Path,
            Profiles = profiles,
            Settings = settings,
            Environment = name => _variables.GetValueOrDefault(name),
        }, _diagnostics);
    }

    private string[] Findings() => [.. _diagnostics.Items.Select(one =>
        $"{one.Path?[(_temp.Path.Length + 1)..]}:{one.Span.Line}:{one.Span.Column}: {one.Rule.Code}: {one.Message}"
            + (one.Hint is null ? "" : $" ({one.Hint})"))];

    [Fact]
    public void Fields_have_defaults_and_paths_are_those_of_the_file()
    {
        BuildProject project = Load("gadget:\n  u-boot: bin/u-boot.bin\nkernel:\n  from: [a.deb, /b]\nimage: {size: 4G}\n");
        Assert.Empty(Findings());
        Assert.Equal(_temp.File("gadget"), project.PathOf("gadget.source"));
        Assert.Equal(_temp.File("bin/u-boot.bin"), project.PathOf("gadget.u-boot"));
        Assert.Equal([_temp.File("a.deb"), "/b"], project.Paths("kernel.from"));
        Assert.Equal(4L << 30, project.Size("image.size"));
        Assert.Equal(131072, project.Size("gadget.environment-size"));
        Assert.True(project.Flag("first-boot.console-conf"));
        Assert.Null(project.Text("channel"));
    }

    [Fact]
    public void Every_fault_of_a_file_comes_in_one_run_with_its_place()
    {
        Load("""
            gadgets: {}
            image:
              size: big
              sektor-size: 512
            flash:
              target: jetson-tx
              sparse: perhaps
            snaps: core18
            kernel:
              form: [x]
              from: [{a: b}]
            sign-key: me
            model:
              headers: [x]
            time: yesterday
            output: a
            output: b
            """);
        Assert.Equal(
            [
                "jetson-core.yaml:1:1: JC4403: cannot read the project: a project has no key \"gadgets\" (did you mean \"gadget\"?)",
                "jetson-core.yaml:3:9: JC4407: cannot use \"big\" as image.size: it is no size (write bytes, or a number with K, M, G or T for units of 1024)",
                "jetson-core.yaml:4:3: JC4403: cannot read the project: \"image\" has no key \"sektor-size\" (did you mean \"sector-size\"?)",
                "jetson-core.yaml:6:11: JC4407: cannot use \"jetson-tx\" as flash.target: it is not one of its words (did you mean \"jetson-tx1\"?)",
                "jetson-core.yaml:7:11: JC4407: cannot use \"perhaps\" as flash.sparse: it is no boolean (write true or false)",
                "jetson-core.yaml:8:8: JC4402: cannot read snaps: it is a text, not a list (begin each item of snaps with a dash)",
                "jetson-core.yaml:10:3: JC4403: cannot read the project: \"kernel\" has no key \"form\" (did you mean \"from\"?)",
                "jetson-core.yaml:11:10: JC4402: cannot read kernel.from #1: it is a map, not a text (write one value there)",
                "jetson-core.yaml:12:1: JC4403: cannot read the project: a project has no key \"sign-key\" (there is model.sign-key: it belongs elsewhere)",
                "jetson-core.yaml:14:12: JC4402: cannot read headers: it is a list, not a map (write keys and values below headers)",
                "jetson-core.yaml:15:7: JC4407: cannot use \"yesterday\" as time: it is no number of seconds from 0 to 4294967295 (write seconds since 1970, as date +%s says them)",
                "jetson-core.yaml:17:1: JC4404: key \"output\" is given twice: this one overrides that of line 16 (remove one of them)",
            ],
            Findings());
    }

    [Theory]
    [InlineData("a: [", "JC4401")]
    [InlineData("image: &a {<<: *a}", "JC4405")]
    public void What_is_no_yaml_or_without_end_is_told(string text, string code)
    {
        Load(text);
        Assert.Contains(_diagnostics.Items, one => one.Rule.Code == code);
    }

    [Fact]
    public void Variables_are_filled_in_and_those_that_are_not_set_are_found()
    {
        _variables["BRAND"] = "acme";
        _variables["EMPTY"] = "";
        BuildProject project = Load("""
            output: ${NOWHERE:-built}/${BRAND}
            channel: "${EMPTY:-edge}"
            system-label: a$$b$c
            flash: {sparse: "${SPARSE:-true}"}
            store: {lock: "${LOCK}.lock", dir: "${a b}"}
            trust: ["${open"]
            model:
              headers: {brand-id: "${BRAND}"}
            """);
        Assert.Equal(_temp.File("built/acme"), project.PathOf("output"));
        Assert.Equal(("edge", "a$b$c"), (project.Text("channel"), project.Text("system-label")));
        Assert.True(project.Flag("flash.sparse"));
        Assert.Equal("acme", project.Find("model.headers")!.Headers!.Text("brand-id"));
        Assert.Equal(
            [
                "jetson-core.yaml:5:15: JC4406: cannot fill in ${LOCK}: the variable is not set (set it, or give a value for where it is not: ${LOCK:-text})",
                "jetson-core.yaml:5:36: JC4406: cannot read the variable \"a b\": names are letters, digits and \"_\" (write ${NAME} or ${NAME:-text}; $$ stands for a dollar sign)",
                "jetson-core.yaml:6:9: JC4406: cannot read the variable \"${open\": it has no end (write ${NAME} or ${NAME:-text}; $$ stands for a dollar sign)",
            ],
            Findings());
    }

    [Fact]
    public void What_is_extended_yields_profiles_go_over_both_and_settings_over_all()
    {
        _temp.Write("family/jetson-core.yaml", """
            output: family-out
            channel: stable
            allow-unvouched: true
            snaps: [core18.snap, snapd.snap]
            model:
              headers: {type: model, model: family, base: core18}
              sign-key: family
            profiles:
              dev: {channel: edge, store: {offline: true}}
            """);
        const string text = """
            extends: family
            channel: candidate
            model:
              headers: {model: mine}
            profiles:
              dev:
                snaps: [other.snap]
              release:
                allow-unvouched:
            """;
        BuildProject plain = Load(text);
        Assert.Empty(Findings());
        Assert.Equal((_temp.File("family/family-out"), "candidate"), (plain.PathOf("output"), plain.Text("channel")));
        Assert.Equal([_temp.File("family/core18.snap"), _temp.File("family/snapd.snap")], plain.Paths("snaps"));
        AssertionHeaders headers = plain.Find("model.headers")!.Headers!;
        Assert.Equal(("mine", "core18"), (headers.Text("model"), headers.Text("base")));

        BuildProject dev = Load(text, ["dev"], ["channel=beta", "kernel.from=a", "kernel.from=b", "model.headers.model=set"]);
        Assert.Equal([_temp.File("other.snap")], dev.Paths("snaps"));
        Assert.Equal(("beta", true, true), (dev.Text("channel"), dev.Flag("store.offline"), dev.Flag("allow-unvouched")));
        Assert.Equal(["a", "b"], dev.Paths("kernel.from"));
        Assert.Equal("set", dev.Find("model.headers")!.Headers!.Text("model"));
        Assert.False(Load(text, ["release"], []).Flag("allow-unvouched"));
        Assert.Empty(Findings());
    }

    [Fact]
    public void Bad_profiles_settings_and_circles_are_told()
    {
        _temp.Write("other/jetson-core.yaml", "extends: ..\n");
        Load("extends: other\nprofiles: {release: {channel: x}}\n", ["relase"],
            ["image.size", "image.sise=4G", "image.size=x", "model.headers=x"]);
        Assert.Equal(
            [
                "other/jetson-core.yaml:1:10: JC4409: cannot extend \"..\": it comes back to a project that extends it",
                "jetson-core.yaml:0:0: JC4410: cannot use the profile \"relase\": there is none (did you mean \"release\"?)",
                ":0:0: JC4414: cannot read --set image.size: it names no field (write FIELD=VALUE, like image.size=4G or model.headers.brand-id=me)",
                ":0:0: JC4414: cannot read --set image.sise=4G: it names no field (did you mean \"image.size\"?)",
                ":0:0: JC4407: cannot use --set image.size=x: it is no size (write bytes, or a number with K, M, G or T for units of 1024)",
                ":0:0: JC4414: cannot read --set model.headers=x: it names no field (write FIELD=VALUE, like image.size=4G or model.headers.brand-id=me)",
            ],
            Findings());
    }

    [Fact]
    public void What_is_printed_reads_back_as_the_same()
    {
        _variables["HOME"] = "/home/me";
        BuildProject first = Load("""
            gadget: {u-boot: "a b#c: d.bin", files: {"boot/x y": x, b: 'it''s'}}
            kernel: {from: [], lists: {dtbs: ["?a-*.dtb", "b # c"], firmware-links: [a b]}}
            snaps: [core18=stable, snapd, "app.snap"]
            output: ${HOME}/$$x
            system-label: "no"
            model:
              headers: {type: model, series: 16, display-name: "a \"b\"", required-snaps: [a, b], x: {y: z}}
            profiles: {p: {channel: "edge"}}
            """, ["p"], ["trust=t"]);
        Assert.Empty(Findings());
        string printed = ProjectPrinter.Resolved(first);
        Assert.Contains("jetson-core.yaml:8, profile p", printed, StringComparison.Ordinal);
        BuildProject second = Load(printed);
        Assert.Empty(Findings());
        string Values(string text) => string.Join('\n', text.Split('\n').Select(line => line.Split(" # ")[0].TrimEnd()));
        Assert.Equal(Values(printed), Values(ProjectPrinter.Resolved(second)));
        Assert.Equal(first.Items("kernel.lists.dtbs").Select(item => item.Text), second.Items("kernel.lists.dtbs").Select(item => item.Text));
        Assert.Equal("no", second.Text("system-label"));
    }

    /// <summary>Each field with what stands in the example; the comment signs go, as a user takes them away.</summary>
    [Fact]
    public void The_commented_example_is_a_project_with_every_field()
    {
        string text = string.Join('\n', ProjectPrinter.Commented().Split('\n').Where(line => line.StartsWith("# ", StringComparison.Ordinal))
            .Select(line => line[2..]).Where(line => System.Text.RegularExpressions.Regex.IsMatch(line, "^ *(- |[\\w/.-]+:( |$))"))
            .Where(line => !line.StartsWith("extends", StringComparison.Ordinal)));
        BuildProject project = Load(text);
        Assert.Empty(Findings());
        Assert.Equal(ProjectFieldList.All.Select(field => field.Name),
            ProjectFieldList.All.Where(field => project.Find(field.Name) is not null).Select(field => field.Name));
    }

    [Fact]
    public void The_schema_takes_what_we_take_and_knows_no_other_keys()
    {
        _temp.Write("schema.json", ProjectSchema.Write());
        const string judge = """
            import json, sys, yaml
            from jsonschema import Draft7Validator
            schema = json.load(open(sys.argv[1]))
            Draft7Validator.check_schema(schema)
            print(sum(1 for _ in Draft7Validator(schema).iter_errors(yaml.safe_load(open(sys.argv[2])))))
            """;
        string Errors(string text) => Oracle.Run("python3", "-c", judge, _temp.File("schema.json"), _temp.Write("it.yaml", text))
            .MustSucceed().Trim();
        Assert.Equal("0", Errors(File.ReadAllText(Repository.PathOf("jetson-core.yaml"))));
        Assert.Equal("0", Errors("image: {sector-size: 4096, size: 4G}\nprofiles: {a: {flash: {target: none}}}\n"));
        Assert.Equal("1", Errors("imag: {}\n"));
        Assert.Equal("1", Errors("profiles: {a: {extends: x}}\n"));
        Assert.Equal("1", Errors("flash: {target: tx1}\n"));
    }
}
