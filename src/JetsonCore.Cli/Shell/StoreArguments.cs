// Which store is asked, and by whom: what the commands that fetch have in common.
using System.CommandLine;
using JetsonCore.Assertions;
using JetsonCore.Store;

namespace JetsonCore.Cli.Shell;

internal sealed class StoreArguments
{
    private readonly Option<string?> _url = new("--store-url")
    {
        Description = "the address of the store's API; as SNAPPY_FORCE_API_URL, and for assertions too",
        HelpName = "URL",
    };

    private readonly Option<string?> _id = new("--store-id")
    {
        Description = "the brand store; without it the model's, else UBUNTU_STORE_ID's, else the global one",
        HelpName = "ID",
    };

    private readonly Option<string?> _credentials = new("--store-auth")
    {
        Description = "credentials of \"snapcraft export-login\"; as UBUNTU_STORE_AUTH_DATA_FILENAME",
        HelpName = "FILE",
    };

    private readonly Option<string?> _cohort = new("--cohort")
    {
        Description = "the cohort that snaps of channels come from; as UBUNTU_STORE_COHORT_KEY",
        HelpName = "KEY",
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_url, _id, _credentials, _cohort])
            command.Add(option);
    }

    public StoreSettings.Wishes Read(ParseResult parsed) => new()
    {
        Url = parsed.GetValue(_url),
        StoreId = parsed.GetValue(_id),
        CredentialsPath = parsed.GetValue(_credentials),
        Cohort = parsed.GetValue(_cohort),
    };

    /// <summary>What fetches for a model, or for none.</summary>
    public static SnapFetch Open(StoreSettings.Wishes wishes, ModelDefinition? model, TrustedRoots roots) => new(
        StoreSettings.Of(wishes, model?.Architecture, model?.Store, Environment.GetEnvironmentVariable),
        SnapCache.OfUser(Environment.GetEnvironmentVariable), roots);
}
