// Which store is asked, by whom, for which device. Options come first, then the variables that snapd knows.
// Peer: snapd store/store.go (storeURL, assertsURL), store/tooling (UBUNTU_STORE_…), image (UBUNTU_STORE_COHORT_KEY).
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Store;

internal sealed record StoreSettings
{
    private const string DefaultApi = "https://api.snapcraft.io/";

    /// <summary>Where snaps are asked for.</summary>
    public required Uri Api { get; init; }

    /// <summary>Where assertions are asked for.</summary>
    public required Uri Assertions { get; init; }

    /// <summary>The brand store, or null for the global one.</summary>
    public string? StoreId { get; init; }

    /// <summary>The device's architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>The header Authorization, or null.</summary>
    public string? Authorization { get; init; }

    /// <summary>The cohort of snaps without a revision of their own, or null.</summary>
    public string? Cohort { get; init; }

    /// <summary>Whether no socket may be opened.</summary>
    public bool IsOffline { get; init; }

    /// <summary>How long it is waited for.</summary>
    public StorePatience Patience { get; init; } = new();

    /// <summary>What the user says about the store; null where he says nothing.</summary>
    public sealed record Wishes
    {
        public string? Url { get; init; }

        public string? StoreId { get; init; }

        public string? CredentialsPath { get; init; }

        public string? Cohort { get; init; }

        public string? Architecture { get; init; }

        public bool IsOffline { get; init; }
    }

    /// <summary>The settings of options and variables.</summary>
    /// <param name="wishes">What options say.</param>
    /// <param name="architecture">The model's architecture, or null.</param>
    /// <param name="storeId">The model's store, or null.</param>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <exception cref="UserErrorException">An address or a file of credentials cannot be used.</exception>
    public static StoreSettings Of(
        Wishes wishes, string? architecture, string? storeId, Func<string, string?> variable)
    {
        string? Variable(string name) => variable(name) is { Length: > 0 } value ? value : null;
        Uri api = Address(wishes.Url ?? Variable("SNAPPY_FORCE_API_URL") ?? Variable("UBUNTU_STORE_URL") ?? DefaultApi);
        string? assertions = wishes.Url is null ? Variable("SNAPPY_FORCE_SAS_URL") : null;
        return new()
        {
            Api = api,
            Assertions = assertions is null ? api : Address(assertions),
            StoreId = wishes.StoreId ?? storeId ?? Variable("UBUNTU_STORE_ID"),
            Architecture = wishes.Architecture ?? (architecture is "" ? null : architecture)
                ?? Variable("UBUNTU_STORE_ARCH") ?? "arm64",
            Authorization = AuthorizationOf(wishes.CredentialsPath, Variable),
            Cohort = wishes.Cohort ?? Variable("UBUNTU_STORE_COHORT_KEY"),
            IsOffline = wishes.IsOffline,
        };
    }

    private static string? AuthorizationOf(string? path, Func<string, string?> variable)
    {
        const string text = "UBUNTU_STORE_AUTH";
        if (path is null && variable(text) is { } given)
            return StoreCredentials.Authorization(given, text);
        path ??= variable("UBUNTU_STORE_AUTH_DATA_FILENAME");
        return path is null ? null : StoreCredentials.Authorization(HostFile.ReadText(path), path);
    }

    private static Uri Address(string text)
    {
        if (Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out Uri? address)
            && address.Scheme is "https" or "http" && address.UserInfo is "")
        {
            return address;
        }
        throw new UserErrorException(FailureKind.Usage, StoreRules.Address, null,
            $"cannot use \"{text}\" as the address of a store: it is no https:// address",
            $"write it like {DefaultApi}, or leave it out");
    }
}
