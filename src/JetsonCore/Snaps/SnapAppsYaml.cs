// The apps of a snap.yaml: their names and the files they need.
//
//   apps:
//     shell:
//       command: bin/shell --login          the program is bin/shell
//       daemon: simple
//       stop-command, reload-command, post-stop-command, completer
//
// Peer: snapd snap/container.go (which commands count, and how a path is cut out of them).
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Snaps;

internal static class SnapAppsYaml
{
    private static readonly ImmutableArray<string> ServiceCommands =
        ["stop-command", "reload-command", "post-stop-command"];

    public static ImmutableArray<SnapApp> Read(YamlFields root, DiagnosticBag diagnostics)
    {
        if (root.Map("apps") is not { } apps)
            return [];
        var read = ImmutableArray.CreateBuilder<SnapApp>();
        foreach (Located<string> name in apps.Keys)
        {
            if (!SnapNames.IsAppName(name.Value))
                diagnostics.Add(SnapRules.AppName, name.Span, $"cannot call an app \"{name.Value}\"");
            if (apps.Map(name.Value) is { } fields)
                read.Add(ReadApp(name, fields));
        }
        return read.ToImmutable();
    }

    private static SnapApp ReadApp(Located<string> name, YamlFields fields)
    {
        bool isService = fields.Text("daemon") is { Value.Length: > 0 };
        IEnumerable<string> commands = isService ? ["command", .. ServiceCommands] : ["command"];
        return new()
        {
            Name = name,
            IsService = isService,
            Programs = [.. commands.Select(fields.Text).OfType<Located<string>>().Select(
                ToPath).OfType<Located<string>>()],
            Completer = fields.Text("completer") is { } completer ? ToPath(completer) : null,
        };
    }

    /// <summary>The path of a command inside the snap; null where it leads outside.</summary>
    private static Located<string>? ToPath(Located<string> command)
    {
        string first = command.Value.Split(' ', 2)[0];
        var steps = new List<string>();
        foreach (string step in first.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step == ".." && steps is [])
                return null;
            if (step == "..")
                steps.RemoveAt(steps.Count - 1);
            else if (step != ".")
                steps.Add(step);
        }
        return steps is [] ? null : new(string.Join('/', steps), command.Span);
    }
}
