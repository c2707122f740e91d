// The values that there are to choose from, by their kind. Nothing is asked of the network or of other programs: a
// person waits.
using JetsonCore.Artefacts;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Completion;

internal static class ValueCompletion
{
    private static readonly string[] Risks = ["stable", "candidate", "beta", "edge"];
    private static readonly string[] Architectures =
        ["amd64", "arm64", "armhf", "i386", "ppc64el", "riscv64", "s390x"];


    /// <summary>Completes a value.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="word">What there is of it.</param>
    /// <param name="first">The command's first argument, if it has one.</param>
    public static Offers Of(ValueKind kind, string word, string? first) => kind switch
    {
        ValueKind.Text => Offers.None,
        ValueKind.File => new(HostFiles.Files, []),
        ValueKind.Folder => new(HostFiles.Folders, []),
        ValueKind.Address => Address(word),
        ValueKind.InnerPath => first is null ? Offers.None : new(HostFiles.None, Inner(first, word)),
        ValueKind.BootVariable => first is null ? Offers.None : new(HostFiles.None, BootVariables(first, word)),
        ValueKind.Snap => word.Contains('=', StringComparison.Ordinal) ? Channels(word) : Address(word),
        ValueKind.StoreSnap => Channels(word),
        ValueKind.Channel => new(HostFiles.None, Risks.Select(risk => new Offer(Track(word) + risk, ""))),
        ValueKind.Architecture => new(HostFiles.None, Architectures.Select(Plain)),
        ValueKind.Key => new(HostFiles.None, Keys()),
        ValueKind.Variable => new(HostFiles.None, Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Order(StringComparer.Ordinal).Select(Plain)),
    };

    private static Offer Plain(string word) => new(word, "");

    /// <summary>What lies in a file, once a colon is typed behind it; of files before that the shell knows.</summary>
    private static Offers Address(string word)
    {
        IReadOnlyList<ArtefactCandidate> inside = ArtefactCompletion.Of(AtHome(word));
        return inside.Count == 0
            ? new(ArtefactFile.IsInside(AtHome(word)) ? HostFiles.None : HostFiles.Files, [])
            : new(HostFiles.None, inside.Select(found =>
                new Offer(word + found.Address[AtHome(word).Length..], found.About)));
    }

    private static IEnumerable<Offer> Inner(string artefact, string path)
    {
        string way = AtHome(artefact) + (ArtefactFile.IsInside(AtHome(artefact)) ? "/" : ":");
        // What ends with a colon would be no path in the artefact, but lead out of it.
        return ArtefactCompletion.Of(way + path).Where(found => !found.Address.EndsWith(':'))
            .Select(found => new Offer(found.Address[way.Length..], found.About));
    }

    private static IEnumerable<Offer> BootVariables(string image, string word)
    {
        string way = AtHome(image) + ":";
        return ArtefactCompletion.Of(way + word)
            .Select(found => new Offer(found.Address[way.Length..].TrimEnd('/') + "=", found.About));
    }

    private static Offers Channels(string word)
    {
        int end = word.IndexOf('=', StringComparison.Ordinal);
        return end < 0 ? Offers.None : new(HostFiles.None, Risks.Select(risk =>
            Plain(word[..(end + 1)] + Track(word[(end + 1)..]) + risk)));
    }

    /// <summary>The track of a channel that is being typed: "18/" of "18/ed".</summary>
    private static string Track(string channel) => channel[..(channel.IndexOf('/', StringComparison.Ordinal) + 1)];

    private static IEnumerable<Offer> Keys()
    {
        try
        {
            return [.. KeyArguments.Keys.Store.List().Select(key => Plain(key.Name))];
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The path that "~/" stands for: the shell gives words as they were typed.</summary>
    private static string AtHome(string word) => word.StartsWith("~/", StringComparison.Ordinal)
        && Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home
            ? Path.TrimEndingDirectorySeparator(home) + word[1..] : word;
}
