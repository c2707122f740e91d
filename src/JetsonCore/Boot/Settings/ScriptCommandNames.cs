// The commands that a boot script calls: from bootcmd and preboot over what is run from there, as the shell's own
// parser reads them. Words with variables in them are left out: what they come to is not known here.
using JetsonCore.Boot.Hush;

namespace JetsonCore.Boot.Settings;

internal static class ScriptCommandNames
{
    /// <summary>The commands, each with the variable that calls it first.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> variables)
    {
        var commands = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var waiting = new Queue<string>(["preboot", "bootcmd"]);
        var seen = new HashSet<string>(waiting, StringComparer.Ordinal);
        while (waiting.TryDequeue(out string? name))
        {
            if (!variables.TryGetValue(name, out string? script))
                continue;
            bool hasComplained = false;
            var parser = new HushParser(new HushTextInput(script), HushMode.Syntax | HushMode.AllLines, " \t\n",
                () => hasComplained = true);
            if (parser.Read() == HushOutcome.SyntaxError || hasComplained || parser.IsUnfinished)
                continue;
            foreach (List<string> words in WordsOf(parser.Finish()))
            {
                commands.TryAdd(words[0], name);
                if (words[0] == "run")
                {
                    foreach (string next in words.Skip(1).Where(seen.Add))
                        waiting.Enqueue(next);
                }
            }
        }
        return commands;
    }

    private static IEnumerable<List<string>> WordsOf(List<HushCommand> commands) => commands.SelectMany(command =>
        command.Group is { } group ? WordsOf(group)
        : command.Reserved is HushReserved.For or HushReserved.In || command.Words.Count == 0
            || command.Words[0].Contains(HushText.Variable) || HushText.IsAssignment(command.Words[0])
            ? []
            : (IEnumerable<List<string>>)[command.Words]);
}
