// Golden texts: what a person would read in a review. UPDATE_GOLDEN=1 rewrites them; scripts/check then finds the
// changed file in git.
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
        Xunit.Assert.Equal(File.ReadAllText(file), actual);
    }
}
