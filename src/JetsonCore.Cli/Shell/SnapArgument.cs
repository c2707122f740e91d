// A snap as a user names it: by its file or folder, or by its name in the store.
//
//   core18=stable, my-app=18/edge     a name with its channel: always the store's
//   core18                            a name, as it has no slash and no ".snap"; but what is here under it comes first
//   ./my-app, a/b, my-app.snap        a path
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Store;

namespace JetsonCore.Cli.Shell;

/// <summary>One such argument.</summary>
/// <param name="Path">The file or folder; null for a name.</param>
/// <param name="Name">The name; null for a path.</param>
/// <param name="Channel">The channel behind the name, or null.</param>
internal sealed record SnapArgument(string? Path, string? Name, string? Channel)
{
    /// <summary>Reads an argument that may be either.</summary>
    public static SnapArgument Of(string text)
    {
        bool isHere = !text.Contains('=', StringComparison.Ordinal)
            && (HostFile.Exists(text) || HostFile.IsFolder(text));
        return (isHere ? null : NameOf(text)) ?? new(text, null, null);
    }

    /// <summary>Reads NAME or NAME=CHANNEL.</summary>
    /// <exception cref="UserErrorException">It is neither.</exception>
    public static SnapArgument RequireName(string text) => NameOf(text) ?? throw new UserErrorException(
        FailureKind.Usage, StoreRules.SnapName, null, $"cannot fetch \"{text}\": this is no name of a snap",
        "write NAME or NAME=CHANNEL, like core18=stable or my-app=18/edge");

    /// <summary>The channels that stand behind names; the last one of a name counts.</summary>
    public static IReadOnlyDictionary<string, string> Channels(IEnumerable<SnapArgument> arguments)
    {
        var channels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SnapArgument named in arguments)
        {
            if (named is { Name: { } name, Channel: { } channel })
                channels[name] = channel;
        }
        return channels;
    }

    private static SnapArgument? NameOf(string text)
    {
        string[] parts = text.Split('=', 2);
        return SnapNames.IsSnapName(parts[0]) && parts is not [_, ""]
            ? new(null, parts[0], parts.Length == 2 ? parts[1] : null)
            : null;
    }
}
