// seed.yaml as it is read: which snaps the device installs. Keys that nobody knows are passed over, as snapd does.
// Peer: snapd seed/internal/seed_yaml.go (ReadSeedYaml).
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Seed;

/// <summary>An entry of seed.yaml.</summary>
internal sealed record SeedYamlEntry(Located<string> Name, string File, string Channel, bool IsUnasserted);

internal static class SeedYamlReader
{
    private static readonly YamlRules Rules = new("seed.yaml")
    {
        Syntax = SeedJudgeRules.Yaml,
        Limit = SeedJudgeRules.Yaml,
        Kind = SeedJudgeRules.Yaml,
        Tag = SeedJudgeRules.Yaml,
        Alias = SeedJudgeRules.Yaml,
    };

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
