// `jetson-core manual DIR`: the man pages, one for the program and one for each verb, from what the commands say of
// themselves. scripts/publish calls it; it is not for people.
using System.CommandLine;
using JetsonCore.Cli.Manual;
using JetsonCore.Cli.Shell;
using JetsonCore.Files;

namespace JetsonCore.Cli.Commands;

internal static class ManualCommand
{
    public const string Name = "manual";

    /// <summary>The command.</summary>
    /// <param name="terminal">Where the program prints.</param>
    /// <param name="createRoot">Makes the program's commands: that of a name, or all.</param>
    /// <param name="version">The program's version.</param>
    public static Command Create(Terminal terminal, Func<Terminal, string?, Command> createRoot, string version)
    {
        var folder = new Argument<string>("DIR") { Description = "the folder for jetson-core.1 and the others" };
        var command = new Command(Name, """
            Write the man pages

            They have the date of SOURCE_DATE_EPOCH, or none.

            Example:
              jetson-core manual man/ && man -l man/jetson-core.1
            """)
        {
            folder,
        };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(path);
            foreach (ManualPage page in ManualPages.Of(createRoot(terminal, null), version, KeyArguments.FixedTime))
                OutputFile.Write(Path.Combine(path, page.FileName), page.ToBytes(), force: true);
        });
        return command;
    }
}
