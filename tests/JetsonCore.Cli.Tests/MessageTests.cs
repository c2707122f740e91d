// Every verb with values of every kind in every place of its command line: whatever it answers is meant for people, and
// holds no words of the class library's. And for every verb, streams that are closed or full.
using System.Collections.Concurrent;
using System.CommandLine;
using System.Text.RegularExpressions;
using JetsonCore.Cli.Shell;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests;

public sealed class MessageTests : IDisposable
{
    /// <summary>Of parameters of methods, types, stack frames. ("System.map" is a file of a kernel's.)</summary>
    private static readonly Regex Foreign = new(@"\(Parameter '|\bSystem\.[A-Z]|Exception\b|^   at |internal error",
        RegexOptions.Multiline);

    private static readonly string[] AllValues =
    [
        "99999999999999999999999", "x", "@-99999999999", "image:@99999999999999999999/a", "tree",
        "-1", "0", "3", "1e3", "a=b", "@99999999999999999999", "1:2:3:4", "00000000-0000-0000-0000-00000000000",
        "image", "image:x", "none/x", "/", "/dev/null", "text", "\u00e9\u0007",
    ];

    private static readonly string[] Values = AllValues[..Soak.Rounds(check: 5, soak: AllValues.Length)];

    private readonly TempFolder _temp = new();

    public MessageTests()
    {
        _temp.Write("tree/a", "x");
        _temp.Write("text", "volumes: {}\n");
        CliRun.Succeed("fs", "make", "ext4", _temp.File("tree"), _temp.File("image"));
    }

    public void Dispose() => _temp.Dispose();

    [PublishedFact]
    public void No_answer_has_words_of_the_class_library()
    {
        string[][] lines = [.. Leaves().SelectMany(leaf => Lines(leaf.Path, leaf.Command))];
        Assert.True(lines.Length > 600, $"{lines.Length} command lines are not all of them");
        var faults = new ConcurrentBag<string>();
        Parallel.ForEach(lines, new() { MaxDegreeOfParallelism = Environment.ProcessorCount }, line =>
        {
            OracleResult result = Process.Run(line);
            string all = result.Output + result.Error;
            if (result.ExitCode is < 0 or > 3 || Foreign.IsMatch(all))
                faults.Add($"{string.Join(' ', line)}\nended with {result.ExitCode}: {all}");
        });
        Assert.True(faults.IsEmpty, $"{faults.Count} answers\n{string.Join('\n', faults.Take(20))}");
    }

    [PublishedTheory]
    [InlineData("2>&-")]
    [InlineData("2> /dev/full")]
    [InlineData(">&-")]
    [InlineData("> /dev/full")]
    [InlineData(">&- 2>&- <&-")]
    [InlineData("> /dev/full 2> /dev/full")]
    public void The_exit_code_of_every_verb_is_one_that_is_known(string streams)
    {
        foreach ((string[] path, Command command) in Leaves())
        {
            foreach (string[] line in Lines(path, command).Take(3))
            {
                OracleResult result = Oracle.Run(new OracleCall("bash")
                {
                    Arguments = ["-c", $"\"$@\" {streams}", "bash", ProgramProcess.Program, .. line],
                    Folder = _temp.Path,
                    Environment = Surroundings,
                });
                Assert.True(result.ExitCode is >= 0 and <= 3,
                    $"{string.Join(' ', line)} {streams}\nended with {result.ExitCode}: {result.Error}");
            }
        }
    }

    private Dictionary<string, string> Surroundings => new() { ["XDG_DATA_HOME"] = _temp.File("data") };

    private ProgramProcess Process => new(Surroundings, _temp.Path);

    /// <summary>All verbs but "boot", which starts a machine.</summary>
    private static IEnumerable<(string[] Path, Command Command)> Leaves()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false);
        return Program.CreateRoot(terminal, null).Subcommands.Where(verb => verb.Name != "boot")
            .SelectMany(verb => Below([verb.Name], verb));
    }

    private static IEnumerable<(string[] Path, Command Command)> Below(string[] path, Command command) =>
        command.Subcommands.Count == 0 ? [(path, command)]
            : command.Subcommands.SelectMany(below => Below([.. path, below.Name], below));

    /// <summary>A value in each place; what has to be there besides is something that could be right.</summary>
    private static IEnumerable<string[]> Lines(string[] path, Command command)
    {
        string[] arguments = command.Arguments.Count > 1 ? ["tree", "out"] : ["image"];
        arguments = arguments[..Math.Min(arguments.Length, command.Arguments.Count)];
        foreach (string value in Values)
        {
            for (int place = 0; place < arguments.Length; place++)
            {
                string[] replaced = [.. arguments];
                replaced[place] = value;
                yield return [.. path, .. Required(command, null), .. replaced];
            }
            foreach (Option option in command.Options.Where(option => option.ValueType != typeof(bool)
                && option.Arity.MaximumNumberOfValues > 0))
            {
                yield return [.. path, .. Required(command, option), option.Name, value, .. arguments];
            }
        }
    }

    private static IEnumerable<string> Required(Command command, Option? except) =>
        command.Options.Where(option => option.Required && option != except)
            .SelectMany(option => (string[])[option.Name, "tree"]);
}
