// env make, show, set and diff in every layout and byte order, with mkenvimage as the judge of the bytes.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class EnvFormTests : IDisposable
{
    private const int FlagOffset = 4;
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("redundant", "little", "-r")]
    [InlineData("redundant", "big", "-r", "-b")]
    [InlineData("single", "little")]
    [InlineData("single", "big", "-b")]
    public void A_form_is_made_shown_and_changed_as_mkenvimage_makes_it(string layout, string order, params string[] flags)
    {
        string ours = Make("a=1\nb=two;\\\n  words\n\n# c\nc=3\n", layout, order, flags);
        string shown = CliRun.Succeed("env", "show", ours, "--json");
        Assert.Contains($"\"layout\": \"{layout}\"", shown, StringComparison.Ordinal);
        Assert.Contains($"\"byteOrder\": \"{order}\"", shown, StringComparison.Ordinal);

        CliRun.Succeed("env", "set", ours, "a=", "d=4", "c=with blanks");
        string changed = Make("b=two;\\\n  words\nc=with blanks\nd=4\n", layout, order, flags);
        Assert.Equal(File.ReadAllBytes(changed), File.ReadAllBytes(ours));
    }

    [Fact]
    public void A_difference_is_shown_line_by_line_whatever_form_the_two_have()
    {
        string old = Make("a=1\nb=2\n", "single", "big", "-b"), text = _temp.Write("new.txt", "b=3\nc=4\n");
        CliRun run = CliRun.Of("env", "diff", old, text);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("-a=1\n-b=2\n+b=3\n+c=4\n", run.Output);
        Assert.Equal("", CliRun.Succeed("env", "diff", text, text));
    }

    [Fact]
    public void What_does_not_fit_or_is_no_assignment_leaves_the_file_as_it_was()
    {
        string image = Make("a=1\n", "redundant", "little", "-r");
        byte[] before = File.ReadAllBytes(image);
        Assert.Contains("JC5504", CliRun.Of("env", "set", image, $"b={new string('x', 5000)}").Error, StringComparison.Ordinal);
        Assert.Equal(2, CliRun.Of("env", "set", image, "b").ExitCode);
        Assert.Equal(before, File.ReadAllBytes(image));
    }

    /// <summary>It was written into a new folder of that name, which then stood for the image.</summary>
    [Fact]
    public void What_lies_in_an_image_is_not_changed_beside_it()
    {
        _temp.Write("held/4.env", File.ReadAllBytes(Make("a=1\n", "single", "little")));
        CliRun.Succeed("fs", "make", "ext4", _temp.File("held"), _temp.File("held.img"));
        foreach (string name in (string[])[$"{_temp.File("held.img")}:@0/4.env", "-"])
        {
            CliRun run = CliRun.Of("env", "set", name, "a=2");
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("error[JC9181]", run.Error, StringComparison.Ordinal);
        }
        Assert.Equal([_temp.File("held")], Directory.GetDirectories(_temp.Path));
    }

    private string Make(string text, string layout, string order, params string[] flags)
    {
        string source = _temp.Write("env.txt", text), ours = _temp.File($"{text.Length}.env"), theirs = _temp.File("their.env");
        CliRun.Succeed("env", "make", source, ours, "--size", "0x1000", "--layout", layout, "--byte-order", order);
        Oracle.Run("mkenvimage", [.. flags, "-p", "0xff", "-s", "0x1000", "-o", theirs, source]).MustSucceed();
        byte[] made = File.ReadAllBytes(theirs);
        if (layout == "redundant")
            made[FlagOffset] = 0;       // mkenvimage writes 1, snapd 0
        Assert.Equal(made, File.ReadAllBytes(ours));
        return ours;
    }
}
