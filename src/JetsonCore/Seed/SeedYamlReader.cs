// seed.yaml as it is read: which snaps the device installs; and options.yaml of recovery systems: which of them differ
// from the model. Keys that nobody knows are passed over, as snapd does.
// Peer: snapd seed/internal/seed_yaml.go (ReadSeedYaml), options20.go (ReadOptions20).
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Seed;

/// <summary>An entry of seed.yaml.</summary>
internal sealed record SeedYamlEntry(Located<string> Name, string File, string Channel, bool IsUnasserted);

/// <summary>An entry of options.yaml; what it leaves out is empty.</summary>
internal sealed record SystemOption(Located<string> Name, string Id, string Unasserted, string Channel)
{
    /// <summary>Whether it is about a snap of the model: by the ids where both have one, else by the names.</summary>
    public bool IsAbout(ModelSnap entry) =>
        Id is not "" && entry.Id is not null ? Id == entry.Id : Name.Value == entry.Name;
}

internal static class SeedYamlReader
{
    private static readonly YamlRules Rules = Of("seed.yaml", SeedJudgeRules.Yaml);
    private static readonly YamlRules OptionRules = Of("options.yaml", SeedJudgeRules.SystemOptions);

    /// <summary>The entries; findings about the bag's file.</summary>
    public static List<SeedYamlEntry> Read(byte[] text, DiagnosticBag findings)
    {
        var faults = new DiagnosticBag();
        YamlNode? root = YamlReader.Read(text, Rules, faults)?.Root;
        foreach (Diagnostic fault in faults)
        {
            string words = Words("cannot read seed yaml: cannot unmarshal");
            findings.Add(fault.Rule, fault.Span, fault.Message, fault.Hint is null ? words : $"{words}; {fault.Hint}");
        }
        List<SeedYamlEntry> entries = [];
        if (root is null)
            return entries;
        if (root.Kind != YamlKind.Mapping || Find(root, "snaps") is not { Kind: YamlKind.Sequence } snaps)
        {
            findings.Add(SeedJudgeRules.Yaml, root.Span, "cannot read the seed: there is no list \"snaps\"",
                Words("cannot proceed, no snaps to seed"));
            return entries;
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (YamlNode item in snaps.Children)
        {
            if ((item.Target ?? item) is not { Kind: YamlKind.Mapping } entry)
            {
                findings.Add(SeedJudgeRules.Yaml, item.Span, "cannot read an entry of \"snaps\": it is no map",
                    Words("cannot read seed yaml"));
                continue;
            }
            var read = new SeedYamlEntry(new(Text(entry, "name"), entry.Span), Text(entry, "file"),
                Text(entry, "channel"), Text(entry, "unasserted") is "true");
            Check(read, names, findings);
            entries.Add(read);
        }
        return entries;
    }

    /// <summary>The entries of options.yaml; findings about the bag's file.</summary>
    public static List<SystemOption> ReadOptions(byte[] text, DiagnosticBag findings)
    {
        YamlNode? root = YamlReader.Read(text, OptionRules, findings)?.Root;
        List<SystemOption> options = [];
        if (root is null || (root.Kind == YamlKind.Scalar && YamlScalar.IsUnset(root)))
            return options;
        YamlNode? snaps = root.Kind == YamlKind.Mapping ? Find(root, "snaps") : null;
        if (root.Kind != YamlKind.Mapping || (snaps is not null && snaps.Kind != YamlKind.Sequence
            && !(snaps.Kind == YamlKind.Scalar && YamlScalar.IsUnset(snaps))))
        {
            findings.Add(SeedJudgeRules.SystemOptions, root.Span, "cannot read the options: \"snaps\" is no list");
            return options;
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (YamlNode item in snaps?.Children ?? [])
        {
            if ((item.Target ?? item) is not { Kind: YamlKind.Mapping } entry)
            {
                findings.Add(SeedJudgeRules.SystemOptions, item.Span,
                    "cannot read an entry of \"snaps\": it is no map", "snapd: \"empty snaps element\"");
                continue;
            }
            var option = new SystemOption(new(Text(entry, "name"), entry.Span), Text(entry, "id"),
                Text(entry, "unasserted"), Text(entry, "channel"));
            Check(option, names, findings);
            options.Add(option);
        }
        return options;
    }

    private static void Check(SystemOption option, HashSet<string> names, DiagnosticBag findings)
    {
        string name = option.Name.Value;
        (string Ours, string Theirs)? why = null;
        if (!SnapNames.IsSnapName(name))
            why = ($"\"{name}\" is no snap name", "invalid snap name");
        else if (!names.Add(name))
            why = ($"\"{name}\" is there twice", $"snap name \"{name}\" must be unique");
        else if (option is { Id: "", Unasserted: "", Channel: "" })
            why = ($"\"{name}\" has none of id, channel and unasserted",
                $"at least one of id, channel or unasserted must be set for snap \"{name}\"");
        else if (option.Id is not "" && !AssertionNames.IsSnapId(option.Id))
            why = ($"the id \"{option.Id}\" of \"{name}\" is none", "invalid snap-id");
        else if (option.Channel is not "" && SnapChannel.Doubt(option.Channel) is { } doubt)
            why = ($"the channel \"{option.Channel}\" of \"{name}\" is none: {doubt}", "invalid risk in channel name");
        else if (option.Unasserted.Contains('/', StringComparison.Ordinal))
        {
            why = ($"\"{option.Unasserted}\" is no name of a file",
                $"\"{option.Unasserted}\" must be a filename, not a path");
        }
        if (why is { } found)
        {
            findings.Add(SeedJudgeRules.SystemOptions, option.Name.Span,
                $"cannot use an entry of \"snaps\": {found.Ours}", $"snapd: \"{found.Theirs}\"");
        }
    }

    private static void Check(SeedYamlEntry entry, HashSet<string> names, DiagnosticBag findings)
    {
        (string name, SourceSpan span) = (entry.Name.Value, entry.Name.Span);
        (string Ours, string Theirs)? why = null;
        if (!SnapNames.IsSnapName(name))
            why = ($"\"{name}\" is no snap name", "cannot read seed yaml: invalid snap name");
        else if (entry.Channel is not "" && SnapChannel.Doubt(entry.Channel) is { } doubt)
        {
            why = ($"the channel \"{entry.Channel}\" of \"{name}\" is none: {doubt}",
                entry.Channel.Count(letter => letter == '/') > 2
                    ? "channel name has too many components" : "in channel name");
        }
        else if (entry.File is "")
            why = ($"\"{name}\" has no \"file\"", $"\"file\" attribute for \"{name}\" cannot be empty");
        else if (entry.File.Contains('/', StringComparison.Ordinal))
        {
            why = ($"the \"file\" of \"{name}\" is \"{entry.File}\", no name of a file",
                $"\"{entry.File}\" must be a filename, not a path");
        }
        else if (!names.Add(name))
            why = ($"\"{name}\" is there twice", $"snap name \"{name}\" must be unique");
        if (why is { } fault)
        {
            findings.Add(
                SeedJudgeRules.Yaml, span, $"cannot use an entry of \"snaps\": {fault.Ours}", Words(fault.Theirs));
        }
    }

    private static string Words(string theirs) => $"snapd: \"{theirs}\"";

    private static YamlRules Of(string file, Rule rule) => new(file)
    {
        Syntax = rule,
        Limit = rule,
        Kind = rule,
        Tag = rule,
        Alias = rule,
    };

    private static string Text(YamlNode map, string key) => Find(map, key) is { Kind: YamlKind.Scalar } node
        ? YamlScalar.Resolve(node) is { Kind: ScalarKind.Bool } flag ? flag.IsTrue ? "true" : "false" : node.Value
        : "";

    private static YamlNode? Find(YamlNode map, string key)
    {
        for (int index = 0; index + 1 < map.Children.Count; index += 2)
        {
            if (map.Children[index].Value == key)
                return map.Children[index + 1].Target ?? map.Children[index + 1];
        }
        return null;
    }
}
