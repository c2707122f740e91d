// snap.yaml as typed: every field that snapd's library reads, with its place. Fields of one kind lie in one table, by
// their key; a field that is missing or null is an empty text, an empty list.
// Peer: snapd snap/info_snap_yaml.go (snapYaml, appYaml, hookYaml, layoutYaml, socketsYaml).
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Snaps;

/// <summary>The texts and lists of one map of snap.yaml.</summary>
internal class SnapYamlFields
{
    private readonly Dictionary<string, Located<string>> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Located<string>>> _lists = new(StringComparer.Ordinal);

    /// <summary>A text; empty where it is missing.</summary>
    public Located<string> Text(string key) => _texts.GetValueOrDefault(key, new("", SourceSpan.None));

    /// <summary>A list of texts; empty where it is missing.</summary>
    public ImmutableArray<Located<string>> List(string key) => _lists.GetValueOrDefault(key, []);

    public void Set(string key, Located<string> text) => _texts[key] = text;

    public void Set(string key, ImmutableArray<Located<string>> list) => _lists[key] = list;
}

/// <summary>An app, a hook or a layout: a map that stands behind a name.</summary>
internal class SnapYamlEntry(Located<string> name) : SnapYamlFields
{
    public Located<string> Name { get; } = name;
}

/// <summary>An app.</summary>
internal sealed class SnapYamlApp(Located<string> name) : SnapYamlEntry(name)
{
    public OrderedDictionary<string, SnapYamlSocket> Sockets { get; } = new(StringComparer.Ordinal);

    public bool IsService => Text("daemon").Value.Length > 0;

    /// <summary>"system" or "user"; services are the system's if nothing is said.</summary>
    public string DaemonScope =>
        Text("daemon-scope").Value is { Length: > 0 } scope ? scope : IsService ? "system" : "";
}

/// <summary>A socket of an app.</summary>
internal sealed class SnapYamlSocket(Located<string> name) : SnapYamlEntry(name)
{
    public uint Mode { get; set; }
}

/// <summary>A plug, a slot or a user: a name and anything behind it.</summary>
internal sealed record SnapYamlConnection(Located<string> Name, YamlValue Value)
{
    /// <summary>The name of its interface: its own where none is given.</summary>
    public string Interface => Value.Text ?? Attribute("interface")?.Text ?? Name.Value;

    /// <summary>An attribute of a map; null where there is none.</summary>
    public YamlValue? Attribute(string key) =>
        (Value as YamlValue.Map)?.Entries.FirstOrDefault(entry => entry.IsText && entry.Key == key)?.Value;
}

/// <summary>A key of "links" and its addresses.</summary>
internal sealed record SnapYamlLinks(Located<string> Name, ImmutableArray<Located<string>> Addresses);

/// <summary>A whole snap.yaml.</summary>
internal sealed class SnapYamlDocument : SnapYamlFields
{
    public SnapEpoch Epoch { get; set; } = SnapEpoch.Zero;

    public OrderedDictionary<string, SnapYamlApp> Apps { get; } = new(StringComparer.Ordinal);

    /// <summary>The hooks that snapd knows.</summary>
    public OrderedDictionary<string, SnapYamlEntry> Hooks { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, SnapYamlEntry> Layout { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, SnapYamlConnection> Plugs { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, SnapYamlConnection> Slots { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, SnapYamlConnection> Usernames { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, SnapYamlLinks> Links { get; } = new(StringComparer.Ordinal);
}
