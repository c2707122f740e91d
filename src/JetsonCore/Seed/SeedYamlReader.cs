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
        YamlNode? root = YamlReader.Read(text, Rules, findings)?.Root;
        List<SeedYamlEntry> entries = [];
        if (root is null)
            return entries;
        if (root.Kind != YamlKind.Mapping || Find(root, "snaps") is not { Kind: YamlKind.Sequence } snaps)
        {
            findings.Add(SeedJudgeRules.Yaml, root.Span, "cannot read the seed: there is no list \"snaps\"");
            return entries;
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (YamlNode item in snaps.Children)
        {
            if ((item.Target ?? item) is not { Kind: YamlKind.Mapping } entry)
            {
                findings.Add(SeedJudgeRules.Yaml, item.Span, "cannot read an entry of \"snaps\": it is no map");
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
        string? why = null;
        if (!SnapNames.IsSnapName(name))
            why = $"\"{name}\" is no snap name";
        else if (!names.Add(name))
            why = $"\"{name}\" is there twice";
        else if (entry.File is "" || entry.File.Contains('/', StringComparison.Ordinal))
            why = $"the \"file\" of \"{name}\" is \"{entry.File}\", no name of a file";
        else if (entry.Channel is not "" && SnapChannel.Doubt(entry.Channel) is { } doubt)
            why = $"the channel \"{entry.Channel}\" of \"{name}\" is none: {doubt}";
        if (why is not null)
            findings.Add(SeedJudgeRules.Yaml, span, $"cannot use an entry of \"snaps\": {why}");
    }

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
