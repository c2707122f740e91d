// Where the checkout is: tests read gadget/, kernel/ and golden files from it.
namespace JetsonCore.TestKit;

public static class Repository
{
    /// <summary>The folder that holds JetsonCore.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "JetsonCore.sln")))
                return at.FullName;
        }
        throw new InvalidOperationException($"cannot find JetsonCore.sln above \"{AppContext.BaseDirectory}\"");
    }
}
