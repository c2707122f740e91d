// Reads snap.yaml into the fields that snapd's library has for it, as Go's yaml.v2 fills its structs: merge keys and
// aliases act, of a key given twice the last one counts, keys that nobody reads are passed over.
// Peer: snapd snap/info_snap_yaml.go (kinds), snap/types.go, snap/restartcond.go, timeout (fields that judge their
// text).
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Snaps;

internal sealed class SnapYamlReader(YamlDecoder decoder)
{
    private const int LengthMax = 1 << 20;

    private static readonly YamlRules Rules = new("snap.yaml")
    {
        Syntax = SnapRules.Yaml,
        Limit = SnapRules.Limit,
        Kind = SnapRules.ValueKind,
        Tag = SnapRules.ValueKind,
        Alias = SnapRules.Alias,
        DuplicateKey = SnapRules.DuplicateKey,
    };

    private static readonly string[] RootTexts =
        ["name", "version", "title", "description", "summary", "provenance", "license", "base"];

    private static readonly string[] RootLists = ["architectures", "assumes"];

    private static readonly string[] AppTexts =
    [
        "command", "daemon", "stop-command", "reload-command", "post-stop-command", "completer", "refresh-mode",
        "stop-mode", "install-mode", "bus-name", "common-id", "timer", "autostart",
    ];

    private static readonly string[] AppLists =
        ["aliases", "command-chain", "slots", "plugs", "activates-on", "after", "before"];

    private static readonly string[] HookLists = ["plugs", "slots", "command-chain"];
    private static readonly string[] LayoutTexts = ["bind", "bind-file", "type", "user", "group", "mode", "symlink"];
    private static readonly string[] Timeouts = ["stop-timeout", "start-timeout", "watchdog-timeout", "restart-delay"];

    private static readonly string[] RestartConditions =
        ["no", "never", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog", "always"];

    private static readonly string[] DaemonScopes = ["system", "user"];
    private static readonly string RestartHint = $"choose one of {string.Join(", ", RestartConditions)}";

    private readonly YamlValueReader _values = new(decoder, SnapRules.ValueKind);

    /// <summary>Reads a snap.yaml as far as it can be read; null, with findings, where it cannot at all.</summary>
    public static SnapYamlDocument? Read(byte[] text, DiagnosticBag diagnostics)
    {
        if (text.Length > LengthMax)
        {
            diagnostics.Add(SnapRules.Limit, SourceSpan.None,
                $"cannot read it: {text.Length} bytes, at most {LengthMax} are accepted");
            return null;
        }
        if (YamlReader.Read(text, Rules, diagnostics) is not { } yaml)
            return null;
        var document = new SnapYamlDocument();
        if (yaml.Root is null)
            return document;
        var decoder = new YamlDecoder(Rules);
        new SnapYamlReader(decoder).ReadRoot(yaml.Root, document);
        decoder.Flush(diagnostics);
        return decoder.IsStopped ? null : document;
    }

    private void ReadRoot(YamlNode root, SnapYamlDocument document)
    {
        var keys = new FieldKeys("snap.yaml", [.. RootTexts, .. RootLists, "type", "confinement", "epoch",
            "environment", "apps", "hooks", "layout", "layouts", "plugs", "slots", "system-usernames", "links"]);
        decoder.ReadMap(root, keys, "snap.yaml", field => ReadRootField(document, field));
    }

    private void ReadRootField(SnapYamlDocument document, YamlField field)
    {
        switch (field.Key)
        {
            case "type":
                ReadChecked(document, field, SnapRules.Type, SnapYaml.IsType, "choose one of app, base, gadget, "
                    + "kernel, os, snapd");
                break;
            case "confinement":
                ReadChecked(document, field, SnapRules.Confinement, text => text is "strict" or "devmode" or "classic",
                    "choose one of strict, devmode, classic");
                break;
            case "epoch":
                document.Epoch = SnapEpoch.Read(field, decoder) ?? document.Epoch;
                break;
            case "environment":
                ReadEnvironment(field);
                break;
            case "apps":
                ReadEntries(field, document.Apps, ReadApp);
                break;
            case "hooks":
                ReadEntries(field, document.Hooks, ReadHook);
                break;
            case "layout":
                ReadEntries(field, document.Layout, inner => ReadEntry(inner, new(NameOf(inner)), LayoutTexts));
                break;
            case "layouts":
                RefuseLayouts(field);
                break;
            case "plugs":
                ReadEntries(field, document.Plugs, ReadConnection);
                break;
            case "slots":
                ReadEntries(field, document.Slots, ReadConnection);
                break;
            case "system-usernames":
                ReadEntries(field, document.Usernames, ReadConnection);
                break;
            case "links":
                ReadEntries(field, document.Links, inner => ReadList(inner) is { } addresses
                    ? new SnapYamlLinks(NameOf(inner), addresses) : null);
                break;
            default:
                ReadField(document, field);
                break;
        }
    }

    private SnapYamlApp? ReadApp(YamlField named)
    {
        var app = new SnapYamlApp(NameOf(named));
        var keys = new FieldKeys("an app", [.. AppTexts, .. AppLists, .. Timeouts, "daemon-scope", "restart-condition",
            "environment", "sockets"]);
        return decoder.ReadMap(named.Value, keys, $"app \"{named.Key}\"", field =>
        {
            if (field.Key == "environment")
                ReadEnvironment(field);
            else if (field.Key == "sockets")
                ReadEntries(field, app.Sockets, ReadSocket);
            else if (Timeouts.Contains(field.Key))
                ReadChecked(app, field, SnapRules.App, IsDuration, "write 10s or 1m30s");
            else if (field.Key == "daemon-scope")
                ReadChecked(app, field, SnapRules.App, DaemonScopes.Contains, "choose one of system, user");
            else if (field.Key == "restart-condition")
                ReadChecked(app, field, SnapRules.App, RestartConditions.Contains, RestartHint);
            else
                ReadField(app, field);
        }) ? app : null;
    }

    private SnapYamlEntry? ReadHook(YamlField named)
    {
        var hook = new SnapYamlEntry(NameOf(named));
        var keys = new FieldKeys("a hook", [.. HookLists, "environment"]);
        bool isMap = decoder.ReadMap(named.Value, keys, $"hook \"{named.Key}\"", field =>
        {
            if (field.Key == "environment")
                ReadEnvironment(field);
            else
                ReadField(hook, field);
        });
        if (SnapNames.IsKnownHook(named.Key))
            return isMap ? hook : null;
        decoder.Advise(SnapRules.UnknownHook, named.KeyNode.Span,
            $"snapd runs no hook \"{YamlDecoder.Shorten(named.Key)}\": it ignores it");
        return null;
    }

    private SnapYamlSocket? ReadSocket(YamlField named)
    {
        var socket = new SnapYamlSocket(NameOf(named));
        var keys = new FieldKeys("a socket", "listen-stream", "socket-mode");
        return decoder.ReadMap(named.Value, keys, $"socket \"{named.Key}\"", field =>
        {
            if (field.Key == "socket-mode")
                socket.Mode = decoder.ReadNumber(field) ?? socket.Mode;
            else
                ReadField(socket, field);
        }) ? socket : null;
    }

    private SnapYamlEntry? ReadEntry(YamlField named, SnapYamlEntry entry, string[] texts) =>
        decoder.ReadMap(named.Value, new("it", texts), named.Key, field => ReadField(entry, field)) ? entry : null;

    private SnapYamlConnection? ReadConnection(YamlField named) =>
        _values.Read(named.Value) is { } value ? new(NameOf(named), value) : null;

    /// <summary>A map of names: a later one takes the place of an earlier one of its name, null empties it.</summary>
    private void ReadEntries<T>(YamlField field, OrderedDictionary<string, T> entries, Func<YamlField, T?> read)
        where T : class
    {
        decoder.ReadMap(field.Value, FieldKeys.Any, field.Key, inner =>
        {
            if (read(inner) is { } entry)
                entries[inner.Key] = entry;
        });
        if (YamlDecoder.IsNull(field.Value.Target ?? field.Value))
            entries.Clear();
    }

    private void ReadField(SnapYamlFields fields, YamlField field)
    {
        if (RootLists.Contains(field.Key) || AppLists.Contains(field.Key))
        {
            if (ReadList(field) is { } list)
                fields.Set(field.Key, list);
        }
        else if (decoder.ReadText(field.Value, field.Key) is { } text)
        {
            fields.Set(field.Key, text);
        }
    }

    /// <summary>A list of texts; empty for null, and null, with a finding, where it is none.</summary>
    private ImmutableArray<Located<string>>? ReadList(YamlField field)
    {
        YamlNode target = field.Value.Target ?? field.Value;
        ImmutableArray<Located<string>> texts = decoder.ReadTexts(field);
        return target.Kind == YamlKind.Sequence || YamlDecoder.IsNull(target) ? texts : null;
    }

    /// <summary>A text that snapd judges while it reads: what it refuses there ends its reading.</summary>
    private void ReadChecked(SnapYamlFields fields, YamlField field, Rule rule, Func<string, bool> isGood, string hint)
    {
        if (decoder.ReadOwnText(field.Value, field.Key, kindIsRefused: false) is not { } text)
        {
            fields.Set(field.Key, new Located<string>("", field.Value.Span));
            return;
        }
        if (!isGood(text.Value))
            decoder.Refuse(rule, text.Span, $"cannot use {field.Key} \"{YamlDecoder.Shorten(text.Value)}\"", hint);
        fields.Set(field.Key, text);
    }

    private void RefuseLayouts(YamlField field)
    {
        if (!YamlScalar.IsUnset(field.Value.Target ?? field.Value))
        {
            decoder.Refuse(SnapRules.Layout, field.KeyNode.Span,
                "cannot read \"layouts\": the key is called \"layout\"", "did you mean \"layout\"?");
        }
    }

    /// <summary>Variables and their values. Here, and only here, a key given twice is refused.</summary>
    private void ReadEnvironment(YamlField field)
    {
        bool isMap = decoder.ReadMap(
            field.Value, FieldKeys.Any, field.Key, inner => _ = decoder.ReadText(inner.Value, inner.Key));
        if (!isMap)
            return;
        List<YamlNode> children = (field.Value.Target ?? field.Value).Children;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index + 1 < children.Count && !decoder.IsStopped; index += 2)
        {
            YamlNode key = children[index].Target ?? children[index];
            if (children[index].IsMergeKey || key.Kind != YamlKind.Scalar || YamlScalar.Resolve(key) is not { } meaning)
                continue;
            if (meaning.Kind is not (ScalarKind.Text or ScalarKind.Timestamp))
            {
                decoder.Refuse(SnapRules.Environment, children[index].Span,
                    $"cannot call a variable \"{key.Value}\": in YAML 1.1 it is no text", $"quote it: \"{key.Value}\"");
            }
            else if (!seen.Add(meaning.Text))
            {
                decoder.Refuse(SnapRules.Environment, children[index].Span,
                    $"cannot set variable \"{meaning.Text}\" twice", "remove one of them");
            }
        }
    }

    private static bool IsDuration(string text) => GoDuration.Parse(text) is not null;

    private static Located<string> NameOf(YamlField field) => new(field.Key, field.KeyNode.Span);
}
