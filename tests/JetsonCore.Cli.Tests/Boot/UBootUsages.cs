// What a real U-Boot says about the usage of its commands, asked of it: the text that it shows as well where one is called
// wrongly. The texts are U-Boot's own, so the simulator shows a short form; consoles are compared in that.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Boot;

internal static class UBootUsages
{
    private static readonly Lazy<(string Name, string Text)[]> All = new(Ask);

    /// <summary>A console of U-Boot's, with "usage: NAME" in the place of each text.</summary>
    public static string Shorten(string console)
    {
        foreach ((string name, string text) in All.Value)
            console = console.Replace(text, $"usage: {name}\n", StringComparison.Ordinal);
        return console;
    }

    private static (string Name, string Text)[] Ask()
    {
        using var folder = new TempFolder();
        using var prompt = new UBootPrompt(SnippetDisk.Make(folder, []));
        string[] names = [.. prompt.Type("help").Split('\n').Where(line => line.Contains("- ", StringComparison.Ordinal))
            .Select(line => line.Split((char[])[' ', '-'])[0])];
        Assert.Contains("setenv", names);
        return [.. names.Select(name => (name, prompt.Type($"help {name}"))).OrderByDescending(usage => usage.Item2.Length)];
    }
}
