// The text of seed.yaml, with quotes where Go's yaml.v2 sets them: double ones around what YAML would take for a
// number, a boolean or a time ("18", a snap called "true"), single ones around what would not be text as it stands.
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
// Peer: snapd seed/internal/seed_yaml.go (the order of the keys; empty ones are left out).
using System.Text;
using JetsonCore.Yaml;

namespace JetsonCore.Seed;

internal static class SeedYamlWriter
{
    public static string Write(IEnumerable<SeedSnap> snaps)
    {
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
            if (snap.File.Definition.Contact is { Length: > 0 } contact)
                text.Append("  contact: ").Append(Plain(contact)).Append('\n');
            if (!snap.IsAsserted)
                text.Append("  unasserted: true\n");
            text.Append("  file: ").Append(Plain(snap.FileName)).Append('\n');
        }
        return text.ToString();
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
