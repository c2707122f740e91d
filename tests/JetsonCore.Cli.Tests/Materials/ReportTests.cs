// `report` in a browser: what is on the page, that it asks the network for nothing, runs nothing whatever the names in a
// build are, fits a phone, and that axe-core finds nothing to mend in light and dark.
using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;
using JetsonCore.Cli.Tests.Build;
using Xunit;

namespace JetsonCore.Cli.Tests.Materials;

public sealed class ReportTests : IDisposable
{
    private const string Hostile = "<img src=x onerror=alert(1)>", Breaking = "</td></style><script>document.title='bad'</script>";

    private readonly TinyDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_page_is_safe_complete_and_accessible()
    {
        Build();
        string page = _device.File("report.html");
        string html = _device.Program.Run("report", "out").MustSucceed();
        File.WriteAllText(page, html);
        Assert.Equal(html, _device.Program.Run("report", _device.File("out")).MustSucceed());
        using var browser = new Browser();
        string axe = new BundledAxeScriptProvider().GetScript();
        foreach ((int width, bool isDark) in ((int, bool)[])[(1200, false), (1200, true), (360, false), (360, true)])
        {
            browser.Open(page, width, isDark);
            Assert.Equal([new Uri(page).AbsoluteUri], browser.Requests);
            Assert.Empty(browser.Complaints);
            Assert.Equal("tiny: build report", (string?)browser.Evaluate("document.title"));
            Assert.Equal(0, (int?)browser.Evaluate("document.querySelectorAll('script, img, iframe, link, object, [onerror]').length"));
            browser.Evaluate("document.querySelectorAll('details').forEach(one => one.open = true)");
            Assert.True((bool?)browser.Evaluate("document.documentElement.scrollWidth <= innerWidth"), $"the page is wider than {width}");
            Assert.Equal(isDark, (bool?)browser.Evaluate("getComputedStyle(document.body).backgroundColor !== 'rgb(255, 255, 255)'"));
            string text = (string)browser.Evaluate("document.body.innerText")!;
            foreach (string expected in (string[])["system-boot", "core18_x1.snap", Hostile, Breaking, "libc6", "2.27-3ubuntu1", "bionic",
                "snap_kernel", "tiny-kernel_x1.snap", "model/16/brand/tiny", Sum("tiny.img"), "JC1902"])
                Assert.Contains(expected, text, StringComparison.Ordinal);
            browser.Evaluate(axe);
            JsonNode found = browser.Evaluate("axe.run().then(all => all.violations.map(one => one.id + ': ' + one.nodes[0].html))")!;
            Assert.Equal("[]", found.ToJsonString());
        }
        Assert.True(browser.Print().AsSpan().StartsWith("%PDF"u8));
    }

    [Fact]
    public void Without_what_it_is_made_of_there_is_none()
    {
        Assert.Equal(3, CliRun.Of("report", _device.Folder).ExitCode);
        _device.Write("bad/manifest.json", "{}");
        CliRun run = CliRun.Of("report", _device.File("bad"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[JC4504]", run.Error, StringComparison.Ordinal);
    }

    private void Build()
    {
        Directory.CreateDirectory(_device.File("core18", "var", "lib", "dpkg"));
        _device.Write("core18/var/lib/dpkg/status",
            "Package: libc6\nStatus: install ok installed\nVersion: 2.27-3ubuntu1\nArchitecture: arm64\nSource: glibc\n");
        _device.Write($"kernel/firmware/{Hostile}", "firmware");
        _device.WriteEnvironment($"{TinyDevice.EnvironmentText}\nodd={Breaking}");
        _device.Build("out", "--provenance").MustSucceed();
        // What lies beside the image may be anyone's.
        string manifest = File.ReadAllText(_device.File("out", "manifest.json"));
        File.WriteAllText(_device.File("out", "manifest.json"), manifest.Replace("\"name\": \"TBC\"",
            $"\"name\": {JsonValue.Create($"TBC{Breaking}").ToJsonString()}", StringComparison.Ordinal));
    }

    private string Sum(string name) => File.ReadLines(_device.File("out", "SHA256SUMS"))
        .Single(line => line.EndsWith($"  {name}", StringComparison.Ordinal))[..64];
}
