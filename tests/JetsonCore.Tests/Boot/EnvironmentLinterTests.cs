// Mistakes in boot scripts, one at a time; our own environment has none.
using JetsonCore.Boot;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Boot;

public class EnvironmentLinterTests
{
    [Fact]
    public void Our_environment_is_clean() =>
        Assert.Empty(Lint(File.ReadAllText(Repository.PathOf("gadget", "uboot.env.in"))));

    [Theory]
    [InlineData("JC7101", "bootcmd=echo ${nobody}")]
    [InlineData("JC7102", "lonely=1")]
    [InlineData("JC7103", "bootcmd=if test snap_mode = try; then echo a; fi")]
    [InlineData("JC7104", "bootargs=androidboot.serialno=0123")]
    [InlineData("JC7105", "bootcmd=setenv snap_mode trying; saveenv; run go\ngo=echo")]
    [InlineData("JC7106", "bootcmd=bootz 80080000")]
    [InlineData("JC7107", "bootcmd=if test \"${snappy_mode}\" = try; then echo a; fi")]
    [InlineData("JC7108", "bootcmd=echo \"it's done\"")]
    [InlineData("JC7108", "bootcmd=if true; then echo x")]
    [InlineData("JC7109", "bootcmd=run a\na=run bootcmd")]
    public void A_mistake_is_found(string code, string text) =>
        Assert.Contains(code, Lint(text).Select(found => found.Rule.Code));

    [Theory]
    [InlineData("bootcmd=setenv snap_mode trying; if saveenv; then run go; fi\ngo=echo")]
    [InlineData("bootcmd=for i in a b; do echo $i; done")]
    [InlineData("bootcmd=part uuid mmc 0:1 id; setexpr x 1 + 1; echo ${id} ${x} ${filesize}")]
    public void What_is_right_stays_unsaid(string text) => Assert.Empty(Lint(text));

    private static IReadOnlyList<Diagnostic> Lint(string text)
    {
        var diagnostics = new DiagnosticBag();
        EnvironmentLinter.Check("environment", UBootEnvironmentText.Read(text), diagnostics);
        return diagnostics.Items;
    }
}
