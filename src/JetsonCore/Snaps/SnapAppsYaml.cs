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
using JetsonCore.Diagnostics;

namespace JetsonCore.Snaps;

internal static class SnapAppsYaml
{
    private static readonly ImmutableArray<string> ServiceCommands =
        ["stop-command", "reload-command", "post-stop-command"];

    public static ImmutableArray<SnapApp> Read(SnapYamlDocument document) => [.. document.Apps.Values.Select(ReadApp)];

    private static SnapApp ReadApp(SnapYamlApp app)
    {
        IEnumerable<string> commands = app.IsService ? ["command", .. ServiceCommands] : ["command"];
        return new()
        {
            Name = app.Name,
            IsService = app.IsService,
            Programs = [.. commands.Select(app.Text).Select(ToPath).OfType<Located<string>>()],
            Completer = ToPath(app.Text("completer")),
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
