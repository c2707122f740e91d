// What flash.sh needs of the machine, on machines that lack some of it.
using System.Runtime.InteropServices;
using JetsonCore.Diagnostics;
using JetsonCore.Flash;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashHostTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("JC6080", SampleRelease.R24, "python3.8", "needs Python 2.7")]
    [InlineData("JC6080", SampleRelease.R28, "python3.11", "needs Python 2.7 to 3.8")]
    [InlineData("JC6080", SampleRelease.R28, "", "there is no python")]
    [InlineData("JC6080", SampleRelease.R32, "", "there is no python3")]
    [InlineData("JC6080", SampleRelease.R32, "python3.11", "xmllint")]
    [InlineData("JC6080", SampleRelease.R28, "arm", "made for x86")]
    [InlineData("JC6080", SampleRelease.R28, "python2.7", "requires root privilege", null)]
    [InlineData("JC6080", SampleRelease.R32, "python3.11", "requires root privilege", "me")]
    public void What_a_machine_lacks_is_said(
        string code, SampleRelease release, string python, string said, string? user = "root")
    {
        string programs = _temp.File("programs");
        Directory.CreateDirectory(programs);
        if (python.StartsWith("python", StringComparison.Ordinal))
        {
            File.WriteAllText(Path.Combine(programs, python), "");
            string name = release == SampleRelease.R32 ? "python3" : "python";
            File.CreateSymbolicLink(Path.Combine(programs, name), python);
        }
        var host = new FlashHost
        {
            Processor = python == "arm" ? Architecture.Arm64 : Architecture.X64,
            IsRoot = true,
            User = user,
            ProgramFolders = [programs],
            XmlLint = Path.Combine(programs, "xmllint"),
        };
        var unused = new DiagnosticBag();
        FlashSituation situation = FlashChecker.Check(new() { TreePath = Tree(release) }, unused)!;
        var diagnostics = new DiagnosticBag();
        FlashHostCheck.Check(situation, host, diagnostics);
        Assert.Contains(diagnostics.Items, finding => finding.Rule.Code == code
            && finding.Message.Contains(said, StringComparison.Ordinal));
        Assert.All(diagnostics.Items, finding => Assert.Equal(Severity.Warning, finding.Severity));
    }

    [Fact]
    public void A_machine_that_has_everything_is_not_complained_about()
    {
        string programs = _temp.File("programs");
        Directory.CreateDirectory(programs);
        foreach (string file in (string[])["python2.7", "python3", "xmllint"])
            File.WriteAllText(Path.Combine(programs, file), "");
        File.CreateSymbolicLink(Path.Combine(programs, "python"), "python2.7");
        foreach (SampleRelease release in Enum.GetValues<SampleRelease>())
        {
            FlashSituation situation = FlashChecker.Check(new() { TreePath = Tree(release) }, new DiagnosticBag())!;
            var diagnostics = new DiagnosticBag();
            FlashHostCheck.Check(situation, new()
            {
                Processor = Architecture.X64,
                IsRoot = true,
                User = "root",
                ProgramFolders = [programs],
                XmlLint = Path.Combine(programs, "xmllint"),
            }, diagnostics);
            Assert.Empty(diagnostics.Items);
        }
    }

    private string Tree(SampleRelease release)
    {
        string tree = _temp.File(Guid.NewGuid().ToString("N"));
        SampleL4t.Write(tree, release);
        return tree;
    }
}
