// The rules of fetching: what the store is asked, what it answers, and what a build takes from a folder or a lock.
using JetsonCore.Diagnostics;

namespace JetsonCore.Store;

/// <summary>Rules JC4300 to JC4317.</summary>
internal static class StoreRules
{
    /// <summary>The network.</summary>
    public static readonly Rule Unreachable = new("JC4300", Severity.Error, "the store can be reached");

    /// <summary>Requests that the store refuses.</summary>
    public static readonly Rule Refused = new("JC4301", Severity.Error, "the store serves what it is asked for");

    /// <summary>Names, channels, architectures.</summary>
    public static readonly Rule UnknownSnap =
        new("JC4302", Severity.Error, "the store has the snap in the channel and for the architecture");

    /// <summary>Answers that are none.</summary>
    public static readonly Rule Answer = new("JC4303", Severity.Error, "the store's answer has the form of its API");

    /// <summary>Downloads that are not what was announced.</summary>
    public static readonly Rule OtherBytes =
        new("JC4304", Severity.Error, "a download has the size and digest that the store announced");

    /// <summary>Assertions that the store lacks.</summary>
    public static readonly Rule MissingAssertion =
        new("JC4305", Severity.Error, "the store has the assertions of what it serves");

    /// <summary>Assertions about something else.</summary>
    public static readonly Rule OtherAssertion =
        new("JC4306", Severity.Error, "assertions from the store are about what was asked");

    /// <summary>Files of credentials.</summary>
    public static readonly Rule Credentials =
        new("JC4307", Severity.Error, "a file of store credentials is one that snapcraft exports");

    /// <summary>Addresses.</summary>
    public static readonly Rule Address = new("JC4308", Severity.Error, "the store's address begins with https://");

    /// <summary>No network by the user's wish.</summary>
    public static readonly Rule Offline = new("JC4309", Severity.Error, "nothing is fetched with --offline");

    /// <summary>Names of snaps.</summary>
    public static readonly Rule SnapName =
        new("JC4310", Severity.Error, "what is fetched is named by NAME or NAME=CHANNEL");

    /// <summary>seed.manifest.</summary>
    public static readonly Rule Revisions =
        new("JC4311", Severity.Error, "a list of revisions has lines of name and revision, and is kept");

    /// <summary>Lock files.</summary>
    public static readonly Rule LockForm = new("JC4312", Severity.Error, "a lock file is one that build has written");

    /// <summary>Builds that are not the locked one.</summary>
    public static readonly Rule LockKept = new("JC4313", Severity.Error, "a build has the snaps of its lock");

    /// <summary>Revisions that are no longer served.</summary>
    public static readonly Rule Gone = new("JC4314", Severity.Error, "the store still serves what a lock names");

    /// <summary>Folders of snaps.</summary>
    public static readonly Rule Folder =
        new("JC4315", Severity.Error, "a store folder holds what is taken from it, and tells which file it is");

    /// <summary>Damage in the cache.</summary>
    public static readonly Rule CacheDamage =
        new("JC4316", Severity.Warning, "files of the cache are as they were downloaded");

    /// <summary>Room for downloads.</summary>
    public static readonly Rule NoRoom = new("JC4317", Severity.Error, "there is room for what is downloaded");
}
