// Golden texts: what a person would read in a review. UPDATE_GOLDEN=1 (scripts/update-golden) rewrites them;
// scripts/check then finds the changed file in git.
namespace JetsonCore.TestKit;

public static class Golden
{
    /// <summary>Compares with the file at a path relative to the checkout.</summary>
    public static void Matches(string actual, params string[] path)
    {
        string file = Repository.PathOf(path);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }
        if (!File.Exists(file))
            throw new Xunit.Sdk.XunitException($"no golden file {file}: run scripts/update-golden and review it\n{actual}");
        string expected = File.ReadAllText(file);
        if (expected == actual)
            return;
        string[] ours = actual.Split('\n'), theirs = expected.Split('\n');
        int line = Enumerable.Range(0, theirs.Length).First(at => ours.ElementAtOrDefault(at) != theirs[at]
            || (at == theirs.Length - 1 && ours.Length > theirs.Length));
        throw new Xunit.Sdk.XunitException($"""
            {file}:{line + 1}: not what is said now; if that is right, run scripts/update-golden and review it
              golden: {theirs[line]}
              now:    {ours.ElementAtOrDefault(line) ?? "(ends)"}
            """);
    }
}
