// Patterns of paths, beside what bash says of the same.
using JetsonCore.Artefacts;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Artefacts;

public class PathPatternTests
{
    private static readonly string[] Patterns =
    [
        "*", "**", "*.dtb", "a*b*c", "?", "a?c", "[ab]c", "[!ab]c", "[^a]c", "[a-c]*", "[]]", "[!]]x", "[", "a[", "[z-a]", "[a-]",
        "**/c", "a/**", "a/*/c", "*/*", "a**c", "[[]x", "***", "",
    ];

    private static readonly string[] Paths =
    [
        "", "a", "abc", "a/b/c", "a/c", "ac", "bc", "cc", "-", "]", "x.dtb", "a/x.dtb", "[", "a[", "]x", "[x", "aXbYc", "z", "ab/c",
    ];

    [Fact]
    public void Bash_says_the_same_of_names()
    {
        string script = string.Concat(Patterns.SelectMany(pattern => Paths.Where(path => !path.Contains('/', StringComparison.Ordinal))
            .Select(path => $"case '{path}' in {Quoted(pattern)}) echo y;; *) echo n;; esac\n")));
        string theirs = Oracle.Run("bash", "-c", script).MustSucceed();
        string ours = string.Concat(Patterns.SelectMany(pattern => Paths.Where(path => !path.Contains('/', StringComparison.Ordinal))
            .Select(path => new PathPattern(pattern).Fits(path) ? "y\n" : "n\n")));
        Assert.Equal(theirs, ours);
    }

    [Theory]
    [InlineData("*", "a/b", false)]
    [InlineData("**", "a/b", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "b/a/c", false)]
    [InlineData("**/c", "a/b/c", true)]
    [InlineData("**.dtb", "a/b/x.dtb", true)]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("a/*/c", "a/b/b/c", false)]
    [InlineData("a?b", "a/b", false)]
    [InlineData("a[!x]b", "a/b", false)]
    public void One_star_stops_at_folders_two_do_not(string pattern, string path, bool fits) =>
        Assert.Equal(fits, new PathPattern(pattern).Fits(path));

    [Fact]
    public void A_pattern_of_many_stars_ends()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 500)) + "b";
        Assert.False(new PathPattern(pattern).Fits(new string('a', 5000)));
    }

    private static string Quoted(string pattern) => pattern.Length == 0 ? "''" : pattern;
}
