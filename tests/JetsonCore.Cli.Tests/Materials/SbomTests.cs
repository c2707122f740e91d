// `sbom` and `build --sbom`: packages by dpkg-query, digests by the tools of the field, documents by the schemas of
// CycloneDX (tests/judges/cyclonedx) and by what SPDX 2.3 demands of every document.
using System.Text.Json;
using System.Text.RegularExpressions;
using JetsonCore.Cli.Tests.Boot;
using JetsonCore.Cli.Tests.Build;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Materials;

public sealed partial class SbomTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Packages_are_those_that_dpkg_lists()
    {
        WriteBase();
        File.Copy("/var/lib/dpkg/status", _temp.File("base", "var", "lib", "dpkg", "status"));
        File.Copy("/usr/lib/os-release", _temp.File("base", "usr", "lib", "os-release"));
        string snap = Pack("base", "core18_2796.snap");
        string bill = CliRun.Succeed("sbom", snap);
        Assert.Equal("", Judge(bill));
        JsonElement root = Root(bill).GetProperty("metadata").GetProperty("component");
        Assert.Equal(("core18", "2796", "base"),
            (root.GetProperty("name").GetString(), Property(root, "snap:revision"), Property(root, "snap:type")));
        Assert.Equal(Digest("sha256sum", snap), Hash(root, "SHA-256"));
        Assert.Equal(Digest("openssl", "dgst", "-sha3-384", "-r", snap), Hash(root, "SHA3-384"));
        string theirs = Oracle.Run("dpkg-query", "-W", "-f",
            "${db:Status-Status}|${Package}|${Version}|${Architecture}|${source:Package}|${source:Version}|${Maintainer}\n")
            .MustSucceed();
        string[] expected = [.. theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith("installed|", StringComparison.Ordinal)).Select(line => line[10..])
            .Order(StringComparer.Ordinal)];
        Assert.True(expected.Length > 100);
        string[] ours = [.. Components(bill).Where(one => Property(one, "kind") == "package").Select(one =>
            string.Join('|', one.GetProperty("name").GetString(), one.GetProperty("version").GetString(),
                Property(one, "deb:architecture"), Property(one, "deb:source"), Property(one, "deb:source-version"),
                one.GetProperty("publisher").GetString())).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, ours);
        Assert.All(Components(bill).Where(one => Property(one, "kind") == "package"), one => Assert.Matches(
            @"^pkg:deb/debian/[a-z0-9.%B+-]+@[A-Za-z0-9.%~:-]+\?arch=[a-z0-9]+&distro=debian-12$",
            one.GetProperty("purl").GetString()));
        Assert.Contains(Components(bill), one => one.GetProperty("purl").GetString() is { } url
            && url.StartsWith("pkg:deb/debian/g%2B%2B@", StringComparison.Ordinal));
    }

    [Fact]
    public void What_dpkg_prints_and_what_snapcraft_writes_are_read_too()
    {
        WriteBase();
        string list = Oracle.Run(new OracleCall("dpkg") { Arguments = ["-l"] }).MustSucceed();
        _temp.Write("base/usr/share/snappy/dpkg.list", list);
        string[] listed = [.. Components(CliRun.Succeed("sbom", Pack("base", "core18.snap")))
            .Select(one => $"{one.GetProperty("name").GetString()} {one.GetProperty("version").GetString()}")];
        string[] installed = [.. Oracle.Run("dpkg-query", "-W", "-f", "${db:Status-Status}|${Package} ${Version}\n")
            .MustSucceed().Split('\n').Where(line => line.StartsWith("installed|", StringComparison.Ordinal))
            .Select(line => line[10..]).Order(StringComparer.Ordinal)];
        Assert.Equal(installed, listed.Order(StringComparer.Ordinal));

        _temp.Write("app/meta/snap.yaml", "name: hello\nversion: '1'\nbase: core18\nlicense: GPL-3.0-only OR Proprietary\n");
        _temp.Write("app/snap/manifest.yaml", """
            snapcraft-version: '4.0'
            snapcraft-os-release-id: ubuntu
            snapcraft-os-release-version-id: 18.04
            name: hello
            parts:
              hello:
                plugin: nil
                build-packages: [gcc=4:7.4.0-1ubuntu2.3]
                stage-packages:
                - libssl1.1=1.1.1-1ubuntu2.1~18.04.5
                - libstdc++6:arm64=8.4.0-1ubuntu1~18.04
            primed-stage-packages:
            - libssl1.1=1.1.1-1ubuntu2.1~18.04.5
            """);
        string bill = CliRun.Succeed("sbom", Pack("app", "hello_7.snap"));
        Assert.Equal("", Judge(bill));
        Assert.Equal(["pkg:deb/ubuntu/libssl1.1@1.1.1-1ubuntu2.1~18.04.5?distro=ubuntu-18.04",
            "pkg:deb/ubuntu/libstdc%2B%2B6@8.4.0-1ubuntu1~18.04?distro=ubuntu-18.04"],
            Components(bill).Select(one => one.GetProperty("purl").GetString()));
        Assert.Contains("\"name\": \"GPL-3.0-only OR Proprietary\"", bill, StringComparison.Ordinal);
        JsonElement spdx = Root(CliRun.Succeed("sbom", "--format", "spdx", _temp.File("hello_7.snap")));
        Assert.Equal("LicenseRef-GPL-3.0-only-OR-Proprietary",
            spdx.GetProperty("packages")[0].GetProperty("licenseDeclared").GetString());
    }

    [Fact]
    public void A_build_brings_its_bills_and_where_it_comes_from()
    {
        using var device = new TinyDevice();
        Directory.CreateDirectory(device.File("core18", "var", "lib", "dpkg"));
        device.Write("core18/var/lib/dpkg/status",
            "Package: libc6\nStatus: install ok installed\nVersion: 2.27-3ubuntu1\nArchitecture: arm64\nSource: glibc\n");
        device.Write("gadget/qemu/u-boot-qemu.bin", File.ReadAllBytes("/usr/lib/u-boot/qemu_arm64/u-boot.bin"));
        device.Build("one", "--sbom", "--provenance").MustSucceed();
        device.Build("far/two", "--sbom", "--provenance").MustSucceed();
        Assert.Equal(File.ReadAllText(device.File("one", "SHA256SUMS")), File.ReadAllText(device.File("far", "two", "SHA256SUMS")));
        Oracle.Run(new OracleCall("sha256sum") { Arguments = ["-c", "SHA256SUMS"], Folder = device.File("one") }).MustSucceed();

        string bill = File.ReadAllText(device.File("one", "sbom.cdx.json"));
        Assert.Equal("", Judge(bill));
        Assert.Equal(bill, device.Program.Run("sbom", "one").MustSucceed());
        Assert.Equal(File.ReadAllText(device.File("one", "sbom.spdx.json")),
            device.Program.Run("sbom", "--format", "spdx", "far/two").MustSucceed());
        CheckSpdx(File.ReadAllText(device.File("one", "sbom.spdx.json")));
        JsonElement image = Root(bill).GetProperty("components")[0];
        Assert.Equal(Digest("sha256sum", device.File("one", "tiny.img")), Hash(image, "SHA-256"));
        JsonElement writable = image.GetProperty("components").EnumerateArray().Single(one => Name(one) == "writable");
        Assert.Equal(Digest("sha256sum", device.File("one", "partitions", "writable.ext4")), Hash(writable, "SHA-256"));
        JsonElement core = writable.GetProperty("components").EnumerateArray().Single(one => Name(one) == "core18");
        Oracle.Run("debugfs", "-R", $"dump /system-data/var/lib/snapd/seed/snaps/core18_x1.snap {device.File("core18.snap")}",
            device.File("one", "partitions", "writable.ext4")).MustSucceed();
        Assert.Equal(Digest("sha256sum", device.File("core18.snap")), Hash(core, "SHA-256"));
        Assert.Equal("pkg:deb/ubuntu/libc6@2.27-3ubuntu1?arch=arm64&distro=ubuntu-18.04",
            core.GetProperty("components")[0].GetProperty("purl").GetString());
        string version = UBootVersion().Match(Oracle.Run("strings", device.File("gadget", "qemu", "u-boot-qemu.bin")).MustSucceed()).Groups[1].Value;
        Assert.Equal([version], Components(bill).Where(one => Name(one) == "u-boot")
            .Select(one => one.GetProperty("version").GetString()));
        CheckProvenance(device);
    }

    [BootFact]
    public void The_kernel_and_the_loader_of_the_image_are_named()
    {
        string bill = CliRun.Succeed("sbom", Path.GetDirectoryName(BootInputs.Image)!);
        Assert.Equal("", Judge(bill));
        JsonElement kernel = Components(bill).Single(one => Name(one) == "jetson-tx1-kernel");
        string release = kernel.GetProperty("version").GetString()!;
        Assert.Equal([release, release], Components(bill).Where(one => Name(one) == "linux")
            .Select(one => one.GetProperty("version").GetString()));
        string[] loaders = [.. Components(bill).Where(one => Name(one) == "u-boot").Select(one => Property(one, "address")!)];
        Assert.Equal(["jetson.img:LNX", "jetson.img:writable/system-data/var/lib/snapd/seed/snaps/jetson-tx1_x1.snap:u-boot.bin"], loaders);
        Assert.Contains(Components(bill), one => Property(one, "kind") == "firmware"
            && Name(one) == "firmware/nvidia/tegra210/xusb.bin" && Hash(one, "SHA-256")!.Length == 64);
    }

    [Fact]
    public void What_cannot_be_read_is_said_and_the_bill_says_that_it_is_incomplete()
    {
        _temp.Write("disk/good.snap/meta/snap.yaml", "name: good\nversion: '1'\n");
        Pack("disk/good.snap", "tree/good_1.snap");
        byte[] damaged = File.ReadAllBytes(_temp.File("tree", "good_1.snap"));
        damaged.AsSpan(64, 8).Fill(0xFF);
        _temp.Write("tree/bad.snap", damaged);
        _temp.Write("tree/\u0007<script>\u202E.snap", "hsqs");
        _temp.Write("tree/var/lib/dpkg/status", "Package: <script>alert(1)</script>\nVersion: 1\n\nPackage: ok\nVersion: 1;rm\n\nPackage: fine\nVersion: 1\n");
        CliRun.Succeed("fs", "make", "ext4", _temp.File("tree"), _temp.File("part.ext4"));
        CliRun run = CliRun.Of("sbom", _temp.File("part.ext4"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bad.snap: warning[JC4501]: cannot look into it", run.Error, StringComparison.Ordinal);
        Assert.Contains("warning[JC4503]: a package is left out", run.Error, StringComparison.Ordinal);
        Assert.Equal("", Judge(run.Output));
        Assert.Contains("\"aggregate\": \"incomplete\"", run.Output, StringComparison.Ordinal);
        Assert.Equal(["fine", "good"], Components(run.Output).Select(Name));
        Assert.Equal(1, CliRun.Of("sbom", _temp.File("tree", "var", "lib", "dpkg", "status")).ExitCode);
        _temp.Write("out/manifest.json", """{"schema": "jetson-core/manifest", "model": {"model": "m", "brandId": "b", "series": "16"}, "sourceDateEpoch": 0, "files": [], "volumes": [{"image": "../../etc/passwd", "structures": []}]}""");
        CliRun refused = CliRun.Of("sbom", _temp.File("out"));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("error[JC4504]", refused.Error, StringComparison.Ordinal);
        Assert.Equal(3, CliRun.Of("sbom", _temp.File("none")).ExitCode);
    }

    [Fact]
    public void Damaged_snaps_and_records_end_in_words()
    {
        _temp.Write("s/meta/snap.yaml", "name: s\nversion: '1'\n");
        _temp.Write("s/snap/manifest.yaml", "primed-stage-packages:\n- a1=1\nparts: {x: {stage-packages: [b1=2]}}\n");
        _temp.Write("s/var/lib/dpkg/status", "Package: c1\nStatus: install ok installed\nVersion: 1\n");
        byte[] snap = File.ReadAllBytes(Pack("s", "s.snap"));
        var random = new SeededRandom(45);
        for (int round = 0; round < Soak.Rounds(40, 5000); round++)
        {
            CliRun run = CliRun.Of("sbom", _temp.Write("damaged.snap", Mutations.Mutate(snap, random)));
            Assert.InRange(run.ExitCode, 0, 1);
            if (run.Output.Length > 0)
                JsonDocument.Parse(run.Output).Dispose();
        }
        // Anchors that explode, and maps without end.
        _temp.Write("s/snap/manifest.yaml", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
            + "d: &d [*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d]\nparts: [*e,*e,*e,*e,*e,*e]\n");
        Assert.Equal(1, CliRun.Of("sbom", Pack("s", "bomb.snap")).ExitCode);
    }

    private static void CheckProvenance(TinyDevice device)
    {
        JsonElement statement = Root(File.ReadAllText(device.File("one", "provenance.json")));
        Assert.Equal("https://in-toto.io/Statement/v1", statement.GetProperty("_type").GetString());
        Assert.Equal("https://slsa.dev/provenance/v1", statement.GetProperty("predicateType").GetString());
        string[] sums = [.. File.ReadAllLines(device.File("one", "SHA256SUMS"))
            .Where(line => !line.EndsWith("provenance.json", StringComparison.Ordinal))];
        Assert.Equal(sums, statement.GetProperty("subject").EnumerateArray()
            .Select(one => $"{one.GetProperty("digest").GetProperty("sha256").GetString()}  {Name(one)}"));
        JsonElement predicate = statement.GetProperty("predicate");
        JsonElement[] inputs = [.. predicate.GetProperty("buildDefinition").GetProperty("resolvedDependencies").EnumerateArray()];
        Assert.Equal(["model/16/brand/tiny", "snapd_x1.snap", "tiny-kernel_x1.snap", "core18_x1.snap", "tiny_x1.snap"],
            inputs.Select(Name));
        Assert.Equal(Digest("sha256sum", device.File("core18.snap")), inputs[3].GetProperty("digest").GetProperty("sha256").GetString());
        Assert.Equal(Digest("sha256sum", device.File("one", "tiny.model")), inputs[0].GetProperty("digest").GetProperty("sha256").GetString());
        Assert.Equal("2019-11-13T15:40:00Z",
            predicate.GetProperty("runDetails").GetProperty("metadata").GetProperty("finishedOn").GetString());
    }

    /// <summary>What SPDX 2.3 demands: fields of documents and packages, ids of their form that all lead somewhere.</summary>
    private static void CheckSpdx(string text)
    {
        JsonElement document = Root(text);
        Assert.Equal(("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"), (document.GetProperty("spdxVersion").GetString(),
            document.GetProperty("dataLicense").GetString(), document.GetProperty("SPDXID").GetString()));
        Assert.Matches(@"^https://[^#]+$", document.GetProperty("documentNamespace").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", document.GetProperty("creationInfo").GetProperty("created").GetString());
        var ids = new HashSet<string> { "SPDXRef-DOCUMENT" };
        foreach (JsonElement package in document.GetProperty("packages").EnumerateArray())
        {
            string id = package.GetProperty("SPDXID").GetString()!;
            Assert.Matches("^SPDXRef-[A-Za-z0-9.-]+$", id);
            Assert.True(ids.Add(id));
            Assert.Equal("NOASSERTION", package.GetProperty("downloadLocation").GetString());
            // The schema of SPDX 2.3 allows no others.
            Assert.Subset(new HashSet<string>(["SPDXID", "name", "versionInfo", "packageFileName", "supplier", "downloadLocation",
                "filesAnalyzed", "checksums", "sourceInfo", "licenseConcluded", "licenseDeclared", "copyrightText", "summary",
                "primaryPackagePurpose", "externalRefs"]), package.EnumerateObject().Select(one => one.Name).ToHashSet());
            Assert.Contains(package.GetProperty("primaryPackagePurpose").GetString(),
                (string[])["FIRMWARE", "APPLICATION", "LIBRARY", "OPERATING-SYSTEM", "FILE"]);
            Assert.Matches(@"^(NOASSERTION|Organization: .+)$", package.GetProperty("supplier").GetString());
        }
        HashSet<string> contained = [];
        foreach (JsonElement one in document.GetProperty("relationships").EnumerateArray())
        {
            Assert.Contains(one.GetProperty("spdxElementId").GetString()!, ids);
            Assert.Contains(one.GetProperty("relatedSpdxElement").GetString()!, ids);
            Assert.True(contained.Add(one.GetProperty("relatedSpdxElement").GetString()!));
        }
        Assert.Equal(ids.Count - 1, contained.Count);
    }

    private static string Judge(string bill)
    {
        using var folder = new TempFolder();
        return Oracle.Run("python3", Repository.PathOf("tests", "judges", "cyclonedx", "judge.py"),
            folder.Write("bill.json", bill)).MustSucceed();
    }

    private static JsonElement Root(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static IEnumerable<JsonElement> Components(string bill) => Below(Root(bill));

    private static IEnumerable<JsonElement> Below(JsonElement whole) =>
        !whole.TryGetProperty("components", out JsonElement parts) ? []
            : parts.EnumerateArray().SelectMany(part => Below(part).Prepend(part));

    private static string? Name(JsonElement element) => element.GetProperty("name").GetString();

    private static string? Property(JsonElement component, string name) => component.GetProperty("properties")
        .EnumerateArray().FirstOrDefault(one => Name(one) == $"jetson-core:{name}") is { ValueKind: JsonValueKind.Object } one
            ? one.GetProperty("value").GetString() : null;

    private static string? Hash(JsonElement component, string algorithm) => component.GetProperty("hashes")
        .EnumerateArray().Single(one => one.GetProperty("alg").GetString() == algorithm).GetProperty("content").GetString();

    private static string Digest(string tool, params string[] arguments) =>
        Oracle.Run(tool, arguments).MustSucceed().Split(' ')[0];

    private void WriteBase()
    {
        _temp.Write("base/meta/snap.yaml", "name: core18\nversion: '2796'\ntype: base\nlicense: GPL-3.0-or-later\n");
        foreach (string folder in (string[])["var/lib/dpkg", "usr/lib", "usr/share/snappy"])
            Directory.CreateDirectory(_temp.File("base", folder));
    }

    private string Pack(string folder, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_temp.File(name))!);
        Oracle.Run("mksquashfs", _temp.File(folder), _temp.File(name), "-noappend", "-all-root").MustSucceed();
        return _temp.File(name);
    }

    [GeneratedRegex(@"U-Boot (\d{4}\.\d\d\S*) \(")]
    private static partial Regex UBootVersion();
}
