// What snapd demands of the apps and hooks of a snap.
// Peer: snapd snap/validate.go (ValidateApp, ValidateHook, aliases, common ids, order of services). Two things are left
// to snapd: whether a licence is a known one, and whether a timer's schedule makes sense.
using System.Buffers;
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Snaps;

internal sealed class SnapAppRules(SnapYamlDocument document, DiagnosticBag diagnostics)
{
    private const uint SocketModeMax = 0x1FF;       // 0777
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> ChainLetters = SearchValues.Create(Letters + "/._#:$-");
    private static readonly SearchValues<char> CommandLetters = SearchValues.Create(Letters + "/. _#:$-");

    private static readonly string[] Commands =
        ["command", "stop-command", "reload-command", "post-stop-command", "bus-name"];

    /// <summary>Fields with a fixed set of values; an empty one counts as missing.</summary>
    private static readonly (string Key, string[] Values)[] Choices =
    [
        ("daemon", ["simple", "forking", "oneshot", "dbus", "notify"]),
        ("stop-mode", ["sigterm", "sigterm-all", "sighup", "sighup-all", "sigusr1", "sigusr1-all", "sigusr2",
            "sigusr2-all", "sigint", "sigint-all"]),
        ("refresh-mode", ["endure", "restart", "ignore-running"]),
        ("install-mode", ["enable", "disable"]),
    ];

    private static readonly string[] OnlyOfServices =
        ["daemon-scope", "stop-mode", "install-mode", "timer", "restart-condition"];

    private static readonly string[] TimesOfServices =
        ["start-timeout", "stop-timeout", "watchdog-timeout", "restart-delay"];

    public static void Check(SnapYamlDocument document, DiagnosticBag diagnostics) =>
        new SnapAppRules(document, diagnostics).CheckAll();

    private void CheckAll()
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        var commonIds = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SnapYamlApp app in document.Apps.Values)
        {
            if (!SnapNames.IsAppName(app.Name.Value))
                diagnostics.Add(SnapRules.AppName, app.Name.Span, $"cannot call an app \"{app.Name.Value}\"");
            CheckFields(app);
            CheckServiceFields(app);
            CheckSockets(app);
            CheckActivation(app);
            CheckOrder(app);
            CheckAliases(app, aliases);
            if (app.Text("common-id") is { Value.Length: > 0 } id && !commonIds.TryAdd(id.Value, app.Name.Value))
                Refuse(id, $"cannot give \"{id.Value}\" as common-id twice: app \"{commonIds[id.Value]}\" has it");
        }
        CheckCycles();
        foreach (SnapYamlEntry hook in document.Hooks.Values)
        {
            if (!SnapNames.IsHookName(hook.Name.Value))
                diagnostics.Add(SnapRules.AppName, hook.Name.Span, $"cannot call a hook \"{hook.Name.Value}\"");
            CheckChain(hook);
        }
    }

    private void CheckFields(SnapYamlApp app)
    {
        foreach ((string key, string[] values) in Choices)
        {
            if (app.Text(key) is { Value.Length: > 0 } text && !values.Contains(text.Value))
                Refuse(text, $"cannot use {key} \"{text.Value}\"", $"choose one of {string.Join(", ", values)}");
        }
        foreach (string key in Commands)
        {
            if (app.Text(key) is var text && text.Value.AsSpan().ContainsAnyExcept(CommandLetters))
                Refuse(text, $"cannot use {key} \"{text.Value}\": letters, digits, blanks and /._#:$- are accepted");
        }
        CheckChain(app);
    }

    private void CheckChain(SnapYamlFields fields)
    {
        foreach (Located<string> step in fields.List("command-chain"))
        {
            if (step.Value.AsSpan().ContainsAnyExcept(ChainLetters))
                Refuse(step, $"cannot use \"{step.Value}\" in command-chain: letters, digits and /._#:$- are accepted");
        }
    }

    private void CheckServiceFields(SnapYamlApp app)
    {
        string refresh = app.Text("refresh-mode").Value;
        if (app.IsService)
        {
            if (refresh == "ignore-running")
                Refuse(app.Text("refresh-mode"), "cannot ignore a running service in refresh-mode");
        }
        else
        {
            foreach (Located<string> text in OnlyOfServices.Select(app.Text).Where(text => text.Value.Length > 0))
                Refuse(text, $"cannot use \"{text.Value}\" here: the app is no service", "add daemon: simple");
            if (refresh is "endure" or "restart")
                Refuse(app.Text("refresh-mode"), $"cannot use refresh-mode \"{refresh}\": the app is no service");
        }
        foreach (Located<string> text in TimesOfServices.Select(app.Text))
        {
            decimal time = GoDuration.Parse(text.Value) ?? 0;
            if (time < 0)
                Refuse(text, $"cannot wait {text.Value}: the time is negative");
            else if (time > 0 && !app.IsService)
                Refuse(text, $"cannot use {text.Value} here: the app is no service", "add daemon: simple");
        }
    }

    private void CheckSockets(SnapYamlApp app)
    {
        if (app.Sockets.Count > 0 && !HasPlug(app, "network-bind"))
        {
            diagnostics.Add(SnapRules.App, app.Name.Span,
                $"cannot give app \"{app.Name.Value}\" sockets: it lacks the plug network-bind",
                "add plugs: [network-bind]");
        }
        foreach (SnapYamlSocket socket in app.Sockets.Values)
        {
            if (!SnapNames.IsWordName(socket.Name.Value))
                Refuse(socket.Name, $"cannot call a socket \"{socket.Name.Value}\"");
            if (socket.Mode > SocketModeMax)
                Refuse(socket.Name, $"cannot use mode {Convert.ToString(socket.Mode, 8)} for a socket: at most 777");
            Located<string> address = socket.Text("listen-stream");
            if (!SnapSocketAddress.IsGood(address.Value, document.Text("name").Value, app.DaemonScope))
            {
                Refuse(address.Span.IsKnown ? address : socket.Name, $"cannot listen at \"{address.Value}\"",
                    "use a port, an address of this machine with a port, @snap.NAME.…, or a path below $SNAP_DATA");
            }
        }
    }

    /// <summary>Whether a plug is an app's: it names it, or it is for all because nobody names it.</summary>
    private bool HasPlug(SnapYamlApp app, string name)
    {
        bool IsIn(SnapYamlFields fields) => fields.List("plugs").Any(plug => plug.Value == name);
        return IsIn(app) || (document.Plugs.ContainsKey(name)
            && !document.Apps.Values.Any(IsIn) && !document.Hooks.Values.Any(IsIn));
    }

    private void CheckActivation(SnapYamlApp app)
    {
        foreach (Located<string> name in app.List("activates-on"))
        {
            if (!document.Slots.TryGetValue(name.Value, out SnapYamlConnection? slot))
                Refuse(name, $"cannot activate on \"{name.Value}\": there is no such slot");
            else if (!app.IsService)
                Refuse(name, $"cannot activate on \"{name.Value}\": the app is no service");
            else if (slot.Interface != "dbus")
                Refuse(name, $"cannot activate on \"{name.Value}\": the slot's interface is not dbus");
            else if (slot.Attribute("bus")?.Text != (app.DaemonScope == "user" ? "session" : "system"))
                Refuse(name, $"cannot activate on \"{name.Value}\": the slot is on another bus than the service");
            else if (document.Apps.Values.Any(
                other => other != app && other.List("activates-on").Any(one => one.Value == name.Value)))
                Refuse(name, $"cannot activate on \"{name.Value}\": another app does");
        }
    }

    private void CheckOrder(SnapYamlApp app)
    {
        foreach (Located<string> name in app.List("before").Concat(app.List("after")))
        {
            string? reason = !app.IsService ? "the app is no service"
                : !document.Apps.TryGetValue(name.Value, out SnapYamlApp? other) ? "there is no such app"
                : !other.IsService ? "that app is no service"
                : other.DaemonScope != app.DaemonScope ? "that service has another daemon-scope" : null;
            if (reason is not null)
                Refuse(name, $"cannot start before or after \"{name.Value}\": {reason}");
        }
    }

    /// <summary>Takes services away that wait for none of the others; what is left waits for itself.</summary>
    private void CheckCycles()
    {
        var waits = document.Apps.Values.Where(app => app.IsService).ToDictionary(
            app => app.Name.Value, app => Names(app, "after").ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
        foreach (SnapYamlApp app in document.Apps.Values.Where(app => app.IsService))
        {
            foreach (string later in Names(app, "before").Where(waits.ContainsKey))
                waits[later].Add(app.Name.Value);
        }
        while (waits.FirstOrDefault(one => !one.Value.Any(waits.ContainsKey)).Key is { } free)
            waits.Remove(free);
        if (waits.Count > 0)
        {
            Refuse(document.Apps[waits.Keys.Min(StringComparer.Ordinal)!].Name, "cannot order the services: "
                + $"{string.Join(", ", waits.Keys.Order(StringComparer.Ordinal))} wait for each other");
        }
    }

    private static ImmutableArray<string> Names(SnapYamlApp app, string key) =>
        [.. app.List(key).Select(name => name.Value)];

    private void CheckAliases(SnapYamlApp app, Dictionary<string, string> aliases)
    {
        foreach (Located<string> alias in app.List("aliases"))
        {
            if (!SnapNames.IsAlias(alias.Value))
                Refuse(alias, $"cannot use \"{alias.Value}\" as an alias");
            else if (!aliases.TryAdd(alias.Value, app.Name.Value))
                Refuse(alias, $"cannot use \"{alias.Value}\" as an alias twice: \"{aliases[alias.Value]}\" has it");
        }
    }

    private void Refuse(Located<string> text, string message, string? hint = null) =>
        diagnostics.Add(SnapRules.App, text.Span, message, hint);
}
