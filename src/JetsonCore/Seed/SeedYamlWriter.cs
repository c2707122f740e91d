// The text of seed.yaml. Nearly every value is a name, an id or a file name, which need no quotes; a channel that YAML
// would take for a number ("18") does, and so may a contact.
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

namespace JetsonCore.Seed;

internal static class SeedYamlWriter
{
    public static string Write(IEnumerable<SeedSnap> snaps)
    {
        var text = new StringBuilder("snaps:\n");
        foreach (SeedSnap snap in snaps)
        {
            text.Append("- name: ").Append(snap.Name).Append('\n');
            if (snap.SnapId is { } id)
                text.Append("  snap-id: ").Append(id).Append('\n');
            if (snap.Channel is { } channel)
                text.Append("  channel: ").Append(Quote(channel)).Append('\n');
            if (snap.File.Definition.Confinement == "devmode")
                text.Append("  devmode: true\n");
            if (snap.File.Definition.Contact is { Length: > 0 } contact)
                text.Append("  contact: ").Append(QuoteText(contact)).Append('\n');
            if (!snap.IsAsserted)
                text.Append("  unasserted: true\n");
            text.Append("  file: ").Append(snap.FileName).Append('\n');
        }
        return text.ToString();
    }

    private static string Quote(string channel) =>
        channel.Any(char.IsAsciiLetter) ? channel : $"\"{channel}\"";

    // An address has a scheme and so a letter first; what could mean more than itself stands in single quotes.
    private static string QuoteText(string text)
    {
        bool isPlain = text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-._~/?&=+@%:".Contains(letter))
            && !text.EndsWith(':');
        return isPlain ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
