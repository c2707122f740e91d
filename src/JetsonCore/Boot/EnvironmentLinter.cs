// Looks for mistakes in a boot script without running it: names that nobody defines or uses, branches that are never
// taken, saves whose result nobody asks for, and what is known to go wrong on boards. Scripts are read by the shell's
// own parser, so what it takes for a word is one here.
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Hush;
using JetsonCore.Boot.Settings;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Boot;

/// <summary>Checks environments.</summary>
public static partial class EnvironmentLinter
{
    // Set or read by U-Boot and snapd themselves.
    internal static readonly ImmutableHashSet<string> KnownVariables =
    [
        "altbootcmd", "arch", "baudrate", "board", "board_name", "bootargs", "bootcmd", "bootdelay", "bootfile",
        "bootm_low", "bootm_mapsize", "bootm_size", "console", "cpu", "ethact", "ethaddr", "fdt_high", "fdtaddr",
        "fdtcontroladdr", "fileaddr", "filesize", "gatewayip", "initrd_end", "initrd_high", "initrd_start", "ipaddr",
        "kernel_comp_addr_r", "kernel_comp_size", "loadaddr", "netmask", "preboot", "serial#", "serverip", "silent",
        "snap_core", "snap_kernel", "snap_menuentry", "snap_mode", "snap_try_core", "snap_try_kernel", "soc", "stderr",
        "stdin", "stdout", "vendor", "verify", "xtrace", "IFS", "HUSH_NO_EVAL",
    ];

    private static readonly string[] Constants =
        ["androidboot.serialno=", "lp0_vec=", "nvdumper_reserved=", "tegraid="];

    /// <summary>Finds mistakes.</summary>
    /// <param name="path">The file, for findings.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    public static void Check(string path, IReadOnlyList<UBootTextEntry> entries, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var lint = new Lint(path, diagnostics);
        foreach (UBootTextEntry entry in entries.Where(entry => entry.Value is not null))
            lint.Read(entry);
        lint.Judge();
    }

    [GeneratedRegex(@"\$\{?([A-Za-z_][A-Za-z0-9_]*)")]
    private static partial Regex Reference();

    /// <summary>One environment that is looked at.</summary>
    private sealed class Lint(string path, DiagnosticBag diagnostics)
    {
        private readonly Dictionary<string, UBootTextEntry> _entries = new(StringComparer.Ordinal);
        private readonly Dictionary<string, UBootTextEntry> _used = new(StringComparer.Ordinal);
        private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HashSet<string>> _runs = new(StringComparer.Ordinal);

        public void Read(UBootTextEntry entry)
        {
            _entries[entry.Key] = entry;
            string value = entry.Value!;
            foreach (Match match in Reference().Matches(value))
                _used.TryAdd(match.Groups[1].Value, entry);
            foreach (string constant in Constants.Where(value.Contains))
            {
                Find(EnvironmentRules.DeviceConstant, entry,
                    $"\"{entry.Key}\" holds {constant}…, which belongs to one single board",
                    "leave it out: the boot loader before U-Boot, or the device tree, has each board's own");
            }
            CheckScript(entry, value);
        }

        public void Judge()
        {
            foreach ((string name, UBootTextEntry entry) in _used)
            {
                if (name == "snappy_mode" && !_assigned.Contains(name))
                {
                    Find(EnvironmentRules.SnappyMode, entry,
                        $"\"{entry.Key}\" reads snappy_mode: snapd writes snap_mode",
                        "write ${snap_mode}");
                }
                else if (!_entries.ContainsKey(name) && !_assigned.Contains(name) && !KnownVariables.Contains(name))
                {
                    Find(EnvironmentRules.Undefined, entry, $"\"{entry.Key}\" uses \"{name}\", which nobody sets",
                        Spelling.Nearest(name, [.. _entries.Keys, .. _assigned, .. KnownVariables]) is { } near
                            ? $"did you mean {near}?" : "define it, or do without");
                }
            }
            CheckNames();
            foreach (UBootTextEntry entry in _entries.Values)
            {
                if (!_used.ContainsKey(entry.Key) && !KnownVariables.Contains(entry.Key))
                    Find(EnvironmentRules.Unused, entry, $"\"{entry.Key}\" is used by nobody", "delete it");
                if (Reaches(entry.Key, entry.Key, []))
                {
                    Find(EnvironmentRules.Recursion, entry, $"\"{entry.Key}\" runs itself, directly or through others",
                        "use \"while\" for what is to be repeated");
                }
            }
        }

        // Only what is run from bootcmd is certainly a script. Names may be shortened.
        private void CheckNames()
        {
            Dictionary<string, string> values = _entries.ToDictionary(
                entry => entry.Key, entry => entry.Value.Value!, StringComparer.Ordinal);
            foreach ((string command, string name) in ScriptCommandNames.Of(values))
            {
                if (command.Length == 0 || IsCommand(command))
                    continue;
                Find(EnvironmentRules.UnknownCommand, _entries[name],
                    $"\"{name}\" calls \"{command}\", which is no command of U-Boot that is known here",
                    Spelling.Nearest(command, [.. UBootCommandNames.All]) is { } near ? $"did you mean {near}?"
                        : "check that the board's U-Boot is built with it");
            }
        }

        private static bool IsCommand(string command) =>
            UBootCommandNames.All.Any(known => known.StartsWith(command, StringComparison.Ordinal))
            || UBootCommandOptions.Find(command) is not null || command.Contains('.', StringComparison.Ordinal);

        // Not every value is a script; one that the parser takes and that starts with a word of the shell is.
        private void CheckScript(UBootTextEntry entry, string value)
        {
            bool hasComplained = false;
            var input = new HushTextInput(value);
            var parser = new HushParser(
                input, HushMode.Syntax | HushMode.AllLines, " \t\n", () => hasComplained = true);
            HushOutcome outcome = parser.Read();
            bool isBroken = hasComplained || outcome == HushOutcome.SyntaxError || parser.IsUnfinished;
            if (isBroken && value.Contains(' ', StringComparison.Ordinal))
            {
                Find(EnvironmentRules.Syntax, entry, $"\"{entry.Key}\" is no script that U-Boot's shell takes",
                    "look for a quote without its mate (one inside \"…\" counts), \"if\" without \"fi\", "
                        + "\"for\" without \"done\", a single & or |");
                return;
            }
            if (!isBroken)
                CheckCommands(entry, parser.Finish());
        }

        private void CheckCommands(UBootTextEntry entry, List<HushCommand> commands)
        {
            for (int at = 0; at < commands.Count; at++)
            {
                HushCommand command = commands[at];
                if (command.Group is { } group)
                    CheckCommands(entry, group);
                if (command.Words.Count == 0)
                    continue;
                if (command.Reserved == HushReserved.For)
                    _assigned.Add(command.Words[0]);
                Note(entry, command);
                CheckBranch(entry, command);
                bool isAsked = command.Followup != HushFollowup.Always || command.Reserved
                    is HushReserved.If or HushReserved.Elif or HushReserved.While or HushReserved.Until;
                if (IsSave(command) && !isAsked && TryBegins(commands, at))
                {
                    Find(EnvironmentRules.UncheckedSave, entry,
                        $"\"{entry.Key}\" goes on whether saveenv worked or not: a bad update is then tried for ever",
                        "write: if saveenv; then …; else …; fi");
                }
            }
        }

        private static bool IsSave(HushCommand command) =>
            command.Words is ["saveenv", ..] or ["env", "save", ..];

        // Saving what ends a trial may fail: the next start comes here again.
        private static bool TryBegins(List<HushCommand> commands, int at) => commands.Skip(at + 1)
            .Any(command => command.Words.Count > 0) && commands.Take(at).Any(command => command.Words is
                ["setenv", "snap_mode", "trying", ..]);

        private void Note(UBootTextEntry entry, HushCommand command)
        {
            List<string> words = command.Words;
            switch (words[0])
            {
                case "setenv" or "setexpr" or "setexpr.b" or "setexpr.w" or "setexpr.l" or "askenv"
                    when words.Count > 1:
                    _assigned.Add(words[1]);
                    break;
                case "part" or "fstype" when words.Count > 3:
                    _assigned.Add(words[^1]);
                    break;
                case "bootz":
                    Find(EnvironmentRules.Bootz, entry,
                        $"\"{entry.Key}\" calls bootz, which U-Boot does not have on arm64",
                        "use booti: arm64 kernels are plain Images");
                    break;
                case "run":
                    foreach (string name in words.Skip(1).Where(name => !name.Contains(HushText.Variable)))
                        NoteRun(entry, name);
                    break;
                default:
                    if (HushText.IsAssignment(words[0]))
                        _assigned.Add(words[0][..words[0].IndexOf('=', StringComparison.Ordinal)]);
                    break;
            }
        }

        private void NoteRun(UBootTextEntry entry, string name)
        {
            _used.TryAdd(name, entry);
            if (!_runs.TryGetValue(entry.Key, out HashSet<string>? runs))
                _runs[entry.Key] = runs = new(StringComparer.Ordinal);
            runs.Add(name);
        }

        private void CheckBranch(UBootTextEntry entry, HushCommand command)
        {
            if (command.Reserved is not (HushReserved.If or HushReserved.Elif) || command.Substitutions > 0)
                return;
            bool isConstant = command.Words is ["true" or "false"]
                || (command.Words is ["test", _, "=" or "!=" or "-eq" or "-ne", _]);
            if (isConstant)
            {
                Find(EnvironmentRules.Unreachable, entry,
                    $"\"{entry.Key}\" asks \"{string.Join(' ', command.Words)}\", which always comes out the same",
                    "a variable is written ${name}; delete the branch that is never taken");
            }
        }

        private bool Reaches(string from, string to, HashSet<string> seen) =>
            _runs.TryGetValue(from, out HashSet<string>? runs)
            && (runs.Contains(to) || runs.Any(next => seen.Add(next) && Reaches(next, to, seen)));

        private void Find(Rule rule, UBootTextEntry entry, string message, string hint) => diagnostics.Add(new()
        {
            Rule = rule,
            Severity = rule.Severity,
            Path = path,
            Span = entry.LineNumber > 0 ? new(entry.LineNumber, 1, entry.LineNumber, entry.Key.Length + 1) : default,
            Message = message,
            Hint = hint,
        });
    }
}
