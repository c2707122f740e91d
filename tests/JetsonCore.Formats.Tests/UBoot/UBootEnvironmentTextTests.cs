// The text form, rule by rule, each with mkenvimage's verdict on the same text.
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.UBoot;

public class UBootEnvironmentTextTests
{
    [Theory]
    [InlineData("a=1\n# c\n\nb=x\\\ny\nc=2")]
    [InlineData("a=1\nb=2 \\\n\n\nc=3\n")]
    [InlineData("a=1\r\nb=2")]
    [InlineData(" a=1\nb=1#c\n#x")]
    [InlineData("a=1\\\n#k\nb=2")]
    [InlineData("a=1\\\n")]
    [InlineData("a=\\\n\\\nb\nc=\\\n")]
    public void Mkenvimage_reads_the_same(string text)
    {
        using var folder = new TempFolder();
        string image = folder.File("env.img");
        Oracle.Run("mkenvimage", "-s", "64", "-o", image, folder.Write("env.txt", text)).MustSucceed();
        Assert.Equal(
            UBootEnvironment.Decode(File.ReadAllBytes(image), UBootEnvironmentLayout.Single),
            UBootEnvironmentText.Read(text).ToDictionary(entry => entry.Key, entry => entry.Value!));
    }

    [Fact]
    public void Entries_know_their_line()
    {
        Assert.Equal(
            [new(2, "a", "1\n2"), new(5, "no key", null), new(6, "", "x"), new(7, "b", "\\")],
            UBootEnvironmentText.Read("# c\na=1\\\n2\n\nno key\n=x\nb=\\"));
    }

    [Fact]
    public void Reading_gives_back_what_was_written()
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["a"] = "",
            ["b"] = "x\n\ny",
            ["c"] = " = # ",
        };
        Assert.Equal(variables,
            UBootEnvironmentText.Read(UBootEnvironmentText.Write(variables)).ToDictionary(e => e.Key, e => e.Value!));
    }
}
