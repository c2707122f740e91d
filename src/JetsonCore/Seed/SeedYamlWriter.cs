// The text of seed.yaml. Every value here is a name, an id, a channel or a file name, so none needs quotes but a
// channel that YAML would take for a number ("18").
//
//   snaps:
//   - name: core18
//     snap-id: CSO04Jhav2yK0uz97cr0ipQRyqg0qQL6
//     channel: stable
//     devmode: true
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
            if (!snap.IsAsserted)
                text.Append("  unasserted: true\n");
            text.Append("  file: ").Append(snap.FileName).Append('\n');
        }
        return text.ToString();
    }

    private static string Quote(string channel) =>
        channel.Any(char.IsAsciiLetter) ? channel : $"\"{channel}\"";
}
