// Plugs and slots, and what else of snap.yaml stands behind names: users, links, where the snap comes from.
// Peer: snapd snap/info_snap_yaml.go (convertToSlotOrPlugData, convertToUsernamesData), snap/validate.go.
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Snaps;

internal sealed class SnapConnectionRules(SnapYamlDocument document, DiagnosticBag diagnostics)
{
    /// <summary>Plugs that the snap core may have beside slots of the same name: it was shipped so.</summary>
    private static readonly string[] ClashingPlugsOfCore = ["network-bind", "core-support"];

    public static void Check(SnapYamlDocument document, DiagnosticBag diagnostics) =>
        new SnapConnectionRules(document, diagnostics).CheckAll();

    private void CheckAll()
    {
        List<Located<string>> plugs = CheckKind("plug", "plugs", document.Plugs);
        List<Located<string>> slots = CheckKind("slot", "slots", document.Slots);
        bool isCore = document.Text("name").Value == "core" && document.Text("type").Value == "os";
        var slotNames = slots.Select(slot => slot.Value).ToHashSet(StringComparer.Ordinal);
        foreach (Located<string> plug in plugs.Where(plug => slotNames.Contains(plug.Value)))
        {
            if (!isCore || !ClashingPlugsOfCore.Contains(plug.Value))
                Refuse(plug, $"cannot call a plug \"{plug.Value}\": a slot has that name");
        }
        foreach (SnapYamlConnection user in document.Usernames.Values)
            CheckUser(user);
        foreach (SnapYamlLinks links in document.Links.Values)
            CheckLinks(links);
        if (document.Text("provenance") is { Value.Length: > 0 } provenance
            && (provenance.Value == "global-upload" || !SnapNames.IsAppName(provenance.Value)))
        {
            Refuse(provenance, $"cannot use provenance \"{provenance.Value}\"",
                "leave it out; other stores give the name to write here");
        }
    }

    /// <summary>Checks all plugs, or all slots: those of the snap and those that only an app or a hook names.</summary>
    private List<Located<string>> CheckKind(
        string noun, string key, OrderedDictionary<string, SnapYamlConnection> connections)
    {
        foreach (SnapYamlConnection connection in connections.Values)
            CheckAttributes(noun, connection, "interface", "label");
        var named = connections.Values.Select(one => one.Name).ToList();
        IEnumerable<SnapYamlFields> users = document.Apps.Values.Concat<SnapYamlFields>(document.Hooks.Values);
        named.AddRange(users.SelectMany(user => user.List(key)).Where(name => !connections.ContainsKey(name.Value)));
        foreach (Located<string> name in named.DistinctBy(name => name.Value))
        {
            string face = connections.TryGetValue(name.Value, out SnapYamlConnection? known)
                ? known.Interface : name.Value;
            if (!SnapNames.IsHookName(name.Value))
                Refuse(name, $"cannot call a {noun} \"{name.Value}\"");
            else if (!SnapNames.IsHookName(face))
                Refuse(name, $"cannot use \"{face}\" as the interface of {noun} \"{name.Value}\"");
        }
        return named;
    }

    /// <summary>What stands behind a name: nothing, a text, or attributes, of which some must be texts.</summary>
    private void CheckAttributes(string noun, SnapYamlConnection connection, params string[] texts)
    {
        string name = connection.Name.Value;
        if (connection.Value is not YamlValue.Map map)
        {
            if (connection.Value is { IsNull: false, Text: null })
                Refuse(connection.Name, $"cannot read {noun} \"{name}\": it is neither a text nor a map");
            return;
        }
        foreach (YamlEntry entry in map.Entries)
        {
            var key = new Located<string>(entry.Key, entry.KeySpan);
            if (!entry.IsText)
                Refuse(key, $"cannot use \"{entry.Key}\" as key: in YAML 1.1 it is no text but {entry.KindWords}");
            else if (entry.Key.Length == 0 || (noun != "username" && entry.Key[0] == '$'))
                Refuse(key, $"cannot use \"{entry.Key}\" as an attribute");
            else if (texts.Contains(entry.Key) && entry.Value.Text is null)
                Refuse(key, $"cannot read \"{entry.Key}\" of {noun} \"{name}\": it is no text");
            else if (!texts.Contains(entry.Key))
                CheckValue(key, entry.Value);
        }
    }

    private void CheckValue(Located<string> key, YamlValue value)
    {
        foreach ((YamlValue inner, YamlEntry? entry) in value.Walk())
        {
            bool isBad = inner is YamlValue.Scalar { Meaning.Kind: ScalarKind.Null or ScalarKind.LargeInteger };
            if (isBad || entry is { IsText: false })
            {
                Refuse(key, $"cannot use the value of \"{key.Value}\": "
                    + (isBad ? "something in it is empty or too large" : $"its key \"{entry!.Key}\" is no text"));
                return;
            }
        }
    }

    private void CheckUser(SnapYamlConnection user)
    {
        CheckAttributes("username", user, "scope");
        string? scope = user.Value.Text ?? user.Attribute("scope")?.Text;
        if (!SnapNames.IsUserName(user.Name.Value))
            Refuse(user.Name, $"cannot use \"{user.Name.Value}\" as the name of a system's user");
        else if (string.IsNullOrEmpty(scope))
            Refuse(user.Name, $"cannot use user \"{user.Name.Value}\": it has no scope", "write NAME: shared");
    }

    private void CheckLinks(SnapYamlLinks links)
    {
        if (!SnapNames.IsLinksKey(links.Name.Value))
            Refuse(links.Name, $"cannot use \"{links.Name.Value}\" as a key of links");
        else if (links.Addresses.IsEmpty)
            Refuse(links.Name, $"cannot use \"{links.Name.Value}\": it has no link");
        foreach (Located<string> link in links.Addresses.Where(link => !SnapLink.IsGood(link.Value)))
        {
            Refuse(link, $"cannot use \"{YamlDecoder.Shorten(link.Value)}\" as a link",
                "write https://…, or an address of e-mail");
        }
    }

    private void Refuse(Located<string> text, string message, string? hint = null) =>
        diagnostics.Add(SnapRules.Connection, text.Span, message, hint);
}
