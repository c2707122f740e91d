// `notices`: the example of review-tools' own announcement, the forms of databases, versions as dpkg compares them, and
// databases that are broken, endless or hostile.
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.Notices;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Materials;

public sealed class NoticesTests : IDisposable
{
    private const string ReviewTools = """
        Package: libapt-inst2.0
        Status: install ok installed
        Version: 1.2.29
        Source: apt

        Package: libapt-pkg5.0
        Status: install ok installed
        Version: 1.2.29
        Source: apt

        Package: libssl1.0.0
        Status: install ok installed
        Version: 1.0.2g-1ubuntu4.13
        Source: openssl

        Package: openssl
        Status: install ok installed
        Version: 1.0.2g-1ubuntu4.13

        Package: python3-lxml
        Status: install ok installed
        Version: 3.5.0-1build1
        Source: lxml

        Package: tar
        Status: install ok installed
        Version: 1:1.28-2.1ubuntu0.1

        Package: removed
        Status: deinstall ok config-files
        Version: 0.1

        """;

    private const string Usn = """
        {"3863-1": {"title": "APT vulnerability", "cves": ["CVE-2019-3462"], "timestamp": 1548171120.5, "releases": {
            "bionic": {"allbinaries": {"libapt-pkg5.0": {"version": "1.6.6ubuntu0.1"}}},
            "xenial": {"sources": {"apt": {"version": "1.2.29ubuntu0.1", "description": "x"}},
              "binaries": {"apt": {"version": "1.2.29ubuntu0.1"}},
              "allbinaries": {"libapt-inst2.0": {"version": "1.2.29ubuntu0.1", "source": "apt"},
                "libapt-pkg5.0": {"version": "1.2.29ubuntu0.1"}, "removed": {"version": "9"}}}}},
         "3840-1": {"releases": {"xenial": {"sources": {"openssl": {"version": "1.0.2g-1ubuntu4.14"}},
            "archs": {"amd64": {"urls": {
              "http://security.ubuntu.com/ubuntu/pool/main/o/openssl/libssl1.0.0_1.0.2g-1ubuntu4.14_amd64.deb": {"md5": "", "size": 1},
              "http://security.ubuntu.com/ubuntu/pool/main/o/openssl/openssl_1.0.2g-1ubuntu4.14_amd64.deb": {}}}}}}},
         "3841-1": {"releases": {"xenial": {"binaries": {"python3-lxml": {"version": "3.5.0-1ubuntu0.1"}}}}},
         "3100-1": {"releases": {"xenial": {"sources": {"tar": {"version": "1:1.28-2.1ubuntu0.1"}}, "archs": {"all": {"urls": {
              "http://x/tar_1.28-2.1ubuntu0.1_amd64.deb": {}}}}}}},
         "9999-1": {"description": "no releases"}}
        """;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_example_of_review_tools_gives_what_it_gives_there()
    {
        string snap = ReviewToolsSnap();
        CliRun run = CliRun.Of("notices", _temp.Write("database.json", Usn), snap);
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        JsonNode expected = JsonNode.Parse("""
            {"review-tools": {"656": {"libapt-inst2.0": ["3863-1"], "libapt-pkg5.0": ["3863-1"], "libssl1.0.0": ["3840-1"],
                                      "openssl": ["3840-1"], "python3-lxml": ["3841-1"]}}}
            """)!;
        Assert.Equal(expected.ToJsonString(), JsonNode.Parse(run.Output)!.ToJsonString());
        Oracle.Run("bzip2", "-k", _temp.File("database.json")).MustSucceed();
        Assert.Equal(run.Output, CliRun.Of("notices", _temp.File("database.json.bz2"), snap).Output);
        CliRun none = CliRun.Of("notices", _temp.Write("empty.json", "{}"), snap);
        Assert.Equal((0, "{}\n", ""), (none.ExitCode, none.Output, none.Error));
    }

    [Theory]
    [InlineData("""{"schema_version": "1.7.0", "affected": [ONE], "id": "V-1"}""")]
    [InlineData("""[{"id": "V-1", "affected": [ONE]}, {"id": "V-2", "withdrawn": "2024-01-01T00:00:00Z", "affected": [ONE]}]""")]
    [InlineData("""{"vulns": [{"id": "V-1", "affected": [ONE]}]}""")]
    [InlineData("{\"id\": \"V-0\", \"affected\": []}\n{\"id\": \"V-1\", \"affected\": [ONE]}\n")]
    public void Advisories_of_osv_are_matched_by_source_package(string form)
    {
        string snap = ReviewToolsSnap();
        foreach ((string affected, bool isOpen) in ((string, bool)[])
        [
            ("""{"package": {"ecosystem": "Ubuntu:16.04:LTS", "name": "openssl"}, "ranges": [{"events": [{"introduced": "0"}, {"fixed": "1.0.2g-1ubuntu4.14"}], "type": "ECOSYSTEM"}]}""", true),
            ("""{"package": {"ecosystem": "Ubuntu:16.04:LTS", "name": "openssl"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "1.0.2g-1ubuntu4.13"}, {"introduced": "0"}]}]}""", false),
            ("""{"package": {"ecosystem": "Ubuntu:18.04:LTS", "name": "openssl"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}""", false),
            ("""{"package": {"ecosystem": "Ubuntu:Pro:16.04:LTS", "name": "openssl"}, "versions": ["1", "1.0.2g-1ubuntu4.13"]}""", true),
            ("""{"package": {"ecosystem": "Ubuntu:16.04:LTS", "name": "openssl"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "1.0.2g-1ubuntu4.13"}]}]}""", true),
            ("""{"package": {"ecosystem": "Ubuntu:16.04:LTS", "name": "openssl"}, "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}""", false),
        ])
        {
            CliRun run = CliRun.Of("notices", _temp.Write("osv.json", form.Replace("ONE", affected, StringComparison.Ordinal)), snap);
            Assert.Equal("", run.Error);
            Assert.Equal(isOpen ? """{"review-tools":{"656":{"libssl1.0.0":["V-1"],"openssl":["V-1"]}}}""" : "{}",
                JsonNode.Parse(run.Output)!.ToJsonString());
            Assert.Equal(isOpen ? 1 : 0, run.ExitCode);
        }
    }

    [Fact]
    public void Statements_of_openvex_and_csaf_are_matched_by_package_url()
    {
        string snap = ReviewToolsSnap();
        CliRun vex = CliRun.Of("notices", _temp.Write("vex.json", """
            {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://x/1", "author": "me", "statements": [
              {"vulnerability": {"name": "CVE-2018-0734"}, "status": "affected", "action_statement": "update",
               "products": [{"@id": "pkg:oci/image", "subcomponents": [{"@id": "pkg:deb/ubuntu/openssl@1.0.2g-1ubuntu4.13?arch=amd64"}]},
                            {"@id": "pkg:deb/debian/tar"}]},
              {"vulnerability": "CVE-2018-0735", "status": "under_investigation", "products": ["pkg:deb/ubuntu/tar@1:1.28-2.1ubuntu0.1", "pkg:deb/ubuntu/openssl@9"]},
              {"vulnerability": {"name": "CVE-1"}, "products": [{"@id": "pkg:deb/ubuntu/tar"}], "status": "affected"},
              {"vulnerability": {"name": "CVE-1"}, "products": [{"@id": "pkg:deb/ubuntu/tar"}], "status": "not_affected"}]}
            """), snap);
        Assert.Equal("""{"review-tools":{"656":{"openssl":["CVE-2018-0734"],"tar":["CVE-2018-0735"]}}}""",
            JsonNode.Parse(vex.Output)!.ToJsonString());
        CliRun csaf = CliRun.Of("notices", _temp.Write("csaf.json", """
            {"vulnerabilities": [{"product_status": {"known_affected": ["A:ssl", "tar"], "fixed": ["lxml"]}, "cve": "CVE-2018-0734"}],
             "document": {"category": "csaf_vex", "csaf_version": "2.0", "product_tree": 1},
             "product_tree": {
               "relationships": [{"category": "default_component_of", "product_reference": "ssl", "relates_to_product_reference": "A",
                 "full_product_name": {"name": "openssl in A", "product_id": "A:ssl"}}],
               "branches": [{"category": "vendor", "name": "Canonical", "branches": [{"category": "product_version", "name": "openssl",
                 "product": {"name": "openssl", "product_identification_helper": {"purl": "pkg:deb/ubuntu/openssl@1.0.2g-1ubuntu4.13"}, "product_id": "ssl"}}]}],
               "full_product_names": [{"product_id": "lxml", "name": "x", "product_identification_helper": {"purl": "pkg:deb/ubuntu/python3-lxml"}},
                 {"product_id": "tar", "name": "x", "product_identification_helper": {"purl": "pkg:rpm/redhat/tar"}}]}}
            """), snap);
        Assert.Equal("""{"review-tools":{"656":{"openssl":["CVE-2018-0734"]}}}""", JsonNode.Parse(csaf.Output)!.ToJsonString());
    }

    [Fact]
    public void Whose_release_is_not_known_is_said()
    {
        _temp.Write("s/meta/snap.yaml", "name: odd\nversion: '1'\nbase: my-base\n");
        _temp.Write("s/var/lib/dpkg/status", "Package: openssl\nVersion: 1.0\n");
        CliRun run = CliRun.Of("notices", _temp.Write("database.json", Usn), Pack("s", "odd_1.snap"));
        Assert.Equal((1, "{}\n"), (run.ExitCode, run.Output));
        Assert.Contains("odd: warning[JC4512]: cannot look for notices of its 1 packages", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"1-1\": {\n  \"releases\": tru}}", ":2:", "JC4510")]
    [InlineData("{\"1-1\": {\"releases\": {\"xenial\": {", ":1:", "JC4510")]
    [InlineData("", "", "JC4511")]
    [InlineData("{\"packages\": []}", "", "JC4511")]
    [InlineData("[1, \"x\", {\"affected\": [[[1]]], \"id\": 5}, {\"id\": \"a\", \"affected\": {\"package\": 1}}]", "", "JC4511")]
    [InlineData("{\"1-1\": {\"releases\": {\"xenial\": {\"allbinaries\": {\"openssl\": {\"version\": {\"a\": []}}, \"tar\": 5}, \"archs\": [1]}}}}", "", "JC4511")]
    [InlineData("{\"1-1\": {\"releases\": []}}", "", "JC4511")]
    [InlineData("{\"USN-1\": 5}", "", "JC4511")]
    [InlineData("{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"statements\": 5}", "", "JC4511")]
    [InlineData("{\"id\": \"V-1\", \"affected\": \"all\"}", "", "JC4511")]
    [InlineData("{\"document\": {}, \"vulnerabilities\": 7}", "", "JC4511")]
    public void What_is_no_database_is_refused_with_its_place(string text, string place, string code)
    {
        CliRun run = CliRun.Of("notices", _temp.Write("db.json", text), ReviewToolsSnap());
        Assert.Equal(code.Length > 0 ? 1 : 0, run.ExitCode);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
        Assert.Contains($"db.json{place}", run.Error + "db.json", StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_databases_end_soon_in_little_memory()
    {
        string snap = ReviewToolsSnap();
        string deep = _temp.Write("deep.json", "{\"1-1\":" + new string('[', 1 << 20));
        Assert.Contains("JC4510", CliRun.Of("notices", deep, snap).Error, StringComparison.Ordinal);
        // A text that never ends, packed.
        string endless = _temp.File("endless.json.gz");
        Oracle.Run("sh", "-c", $"(printf '{{\"1-1\": \"'; head -c 33554432 /dev/zero | tr '\\0' x) | gzip -1 > {endless}").MustSucceed();
        CliRun run = CliRun.Of("notices", endless, snap);
        Assert.Contains("one text in it is longer than", run.Error, StringComparison.Ordinal);
        // Notices without end about other packages: nothing of them is kept.
        var many = new StringBuilder("{");
        for (int number = 0; number < 60_000; number++)
            many.Append($"\"{number}-1\":{{\"releases\":{{\"xenial\":{{\"allbinaries\":{{\"p{number}\":{{\"version\":\"9\"}}}}}}}}}},");
        string long_ = _temp.Write("long.json", many.Append("\"60001-1\":{\"releases\":{\"xenial\":{\"allbinaries\":{\"tar\":{\"version\":\"9:1\"}}}}}}").ToString());
        Assert.Equal("""{"review-tools":{"656":{"tar":["60001-1"]}}}""", JsonNode.Parse(CliRun.Of("notices", long_, snap).Output)!.ToJsonString());
    }

    [Fact]
    public void Versions_are_compared_as_dpkg_compares_them()
    {
        var random = new SeededRandom(7);
        string[] real = [.. File.ReadLines("/var/lib/dpkg/status").Where(line => line.StartsWith("Version: ", StringComparison.Ordinal))
            .Select(line => line[9..]).Distinct()];
        List<(string A, string B)> pairs = [];
        for (int round = 0; round < 20_000; round++)
            pairs.Add((Version(random, real), Version(random, real)));
        string lines = string.Concat(pairs.Select(pair => $"{pair.A} {pair.B}\n"));
        // Perl's library is of dpkg's own source; the program itself takes two milliseconds for each.
        string theirs = Oracle.Run(new OracleCall("perl")
        {
            Arguments = ["-MDpkg::Version", "-lane", "print version_compare($F[0], $F[1])"],
            Input = Encoding.ASCII.GetBytes(lines),
        }).MustSucceed();
        string[] said = theirs.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(pairs.Count, said.Length);
        for (int index = 0; index < pairs.Count; index++)
        {
            (string a, string b) = pairs[index];
            Assert.True(int.Parse(said[index], null) == Math.Sign(DebianVersion.Compare(a, b)), $"{a} {b}: {said[index]}");
            Assert.Equal(Math.Sign(DebianVersion.Compare(a, b)), -Math.Sign(DebianVersion.Compare(b, a)));
        }
        int count = Soak.Rounds(150, 6000);
        string dpkg = Oracle.Run(new OracleCall("bash")
        {
            Arguments = ["-c", "while read -r a b; do if dpkg --compare-versions $a lt $b; then echo -1; elif dpkg --compare-versions $a eq $b; then echo 0; else echo 1; fi; done"],
            Input = Encoding.ASCII.GetBytes(string.Concat(pairs.Take(count).Select(pair => $"{pair.A} {pair.B}\n"))),
        }).MustSucceed();
        Assert.Equal(dpkg.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(text => int.Parse(text, null)),
            pairs.Take(count).Select(pair => Math.Sign(DebianVersion.Compare(pair.A, pair.B))));
    }

    /// <summary>A real version, one with a change, or one of few letters, so that many are nearly alike.</summary>
    private static string Version(SeededRandom random, string[] real)
    {
        const string Letters = "00119aZ~~+.";
        int kind = (int)(random.NextUInt64() % 3);
        if (kind == 0)
            return real[random.NextUInt64() % (ulong)real.Length];
        var text = new StringBuilder(kind == 1 ? real[random.NextUInt64() % (ulong)real.Length] : "");
        if (kind == 2)
        {
            text.Append(random.NextUInt64() % 3 == 0 ? "1:" : "").Append(random.NextUInt64() % 2);
            for (ulong left = random.NextUInt64() % 6; left > 0; left--)
                text.Append(Letters[(int)(random.NextUInt64() % (ulong)Letters.Length)]);
            text.Append(random.NextUInt64() % 2 == 0 ? "-" : "-0~").Append(random.NextUInt64() % 12);
        }
        else
        {
            text.Insert(text.Length, Letters[(int)(random.NextUInt64() % (ulong)Letters.Length)]);
        }
        return text.ToString();
    }

    private string ReviewToolsSnap()
    {
        if (!File.Exists(_temp.File("review-tools_656.snap")))
        {
            _temp.Write("review/meta/snap.yaml", "name: review-tools\nversion: '0.54'\nbase: core\n");
            _temp.Write("review/var/lib/dpkg/status", ReviewTools);
            Pack("review", "review-tools_656.snap");
        }
        return _temp.File("review-tools_656.snap");
    }

    private string Pack(string folder, string name)
    {
        Oracle.Run("mksquashfs", _temp.File(folder), _temp.File(name), "-noappend", "-all-root").MustSucceed();
        return _temp.File(name);
    }
}
