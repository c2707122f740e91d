// The text of seed.yaml, and of options.yaml in recovery systems, with quotes where Go's yaml.v2 sets them: double ones
// around what YAML would take for a number, a boolean or a time ("18", a snap called "true"), single ones around what
// would not be text as it stands.
//
//   snaps:
//   - name: core18
//     snap-id: CSO04Jhav2yK0uz97cr0ipQRyqg0qQL6
//     channel: stable
//     devmode: true
//     contact: mailto:me@example.com
//     unasserted: true
//     file: core18_1279.snap
//
//   snaps:                                       options.yaml: what differs from the model
//   - name: my-app
//     id: CSO04Jhav2yK0uz97cr0ipQRyqg0qQL6       the model's, or of an extra snap that is asserted
//     unasserted: my-app_1.0.snap
//     channel: latest/edge
//
// Peer: snapd seed/internal/seed_yaml.go, options20.go (the order of the keys; empty ones are left out).
using System.Text;
using JetsonCore.Yaml;

namespace JetsonCore.Seed;

internal static class SeedYamlWriter
{
    public static string Write(IReadOnlyList<SeedSnap> snaps)
    {
        if (snaps.Count == 0)
            return "snaps: []\n";
        var text = new StringBuilder("snaps:\n");
        foreach (SeedSnap snap in snaps)
        {
            text.Append("- name: ").Append(Plain(snap.Name)).Append('\n');
            if (snap.SnapId is { } id)
                text.Append("  snap-id: ").Append(Plain(id)).Append('\n');
            if (snap.Channel is { } channel)
                text.Append("  channel: ").Append(Plain(channel)).Append('\n');
            if (snap.File.Definition.Confinement == "devmode")
                text.Append("  devmode: true\n");
            if (snap.File.Definition.Confinement == "classic")
                text.Append("  classic: true\n");
            if (snap.Contact is { Length: > 0 } contact)
                text.Append("  contact: ").Append(Plain(contact)).Append('\n');
            if (!snap.IsAsserted)
                text.Append("  unasserted: true\n");
            text.Append("  file: ").Append(Plain(snap.FileName)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The text of options.yaml; null where nothing differs from the model.</summary>
    public static string? WriteOptions(IEnumerable<SeedSnap> snaps)
    {
        var text = new StringBuilder();
        foreach (SeedSnap snap in snaps)
        {
            string? channel = snap.Entry is not null
                ? snap.Channel == snap.Entry.DefaultChannel ? null : snap.Channel
                : snap.IsAsserted ? snap.Channel : null;
            if (snap is { Entry: not null, IsAsserted: true } && channel is null)
                continue;
            text.Append("- name: ").Append(Plain(snap.Name)).Append('\n');
            if ((snap.Entry is { } entry ? entry.Id : snap.SnapId) is { } id)
                text.Append("  id: ").Append(Plain(id)).Append('\n');
            if (!snap.IsAsserted)
                text.Append("  unasserted: ").Append(Plain(snap.FileName)).Append('\n');
            if (channel is not null)
                text.Append("  channel: ").Append(Plain(channel)).Append('\n');
        }
        return text.Length == 0 ? null : $"snaps:\n{text}";
    }

    private static string Plain(string text)
    {
        if (YamlScalar.IsPlainText(text))
            return NeedsNoQuotes(text) ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        return $"\"{text}\"";
    }

    // Of marks that mean something, most do so only at the beginning, or with a blank beside them.
    private static bool NeedsNoQuotes(string text) => text.Length > 0 && text[0] != ' ' && text[^1] is not (' ' or ':')
        && !"#,[]{}&*!|>'\"%@`".Contains(text[0]) && !text.StartsWith("- ", StringComparison.Ordinal)
        && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal);
}
