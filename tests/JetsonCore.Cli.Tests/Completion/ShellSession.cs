// A real shell on a pseudo terminal (util-linux's script), as a person sits before it: keys go in, and what the line has
// become is read from a file that a key of the shell's writes. Nothing of the screen is looked at.
using System.Diagnostics;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Completion;

internal sealed class ShellSession : IDisposable
{
    private const string Tab = "\t", WriteLine = "\a", Forget = "\x15";     // Ctrl-G, Ctrl-U
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly string _lines;
    private int _read;

    /// <summary>Starts a shell that completes jetson-core by the program's own script.</summary>
    /// <param name="shell">bash, bash-completion, zsh or fish.</param>
    /// <param name="home">Its folder, and what it writes into.</param>
    /// <param name="folder">Where it runs.</param>
    public ShellSession(string shell, TempFolder home, string folder)
    {
        Directory.CreateDirectory(home.File("bin"));
        File.CreateSymbolicLink(home.File("bin", "jetson-core"), ProgramProcess.Program);
        _lines = home.Write("lines", "");
        string command = Settings(shell, home);
        var start = new ProcessStartInfo(Oracle.Find("script")!, ["-qec", command, home.File("typescript")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        start.Environment["HOME"] = home.Path;
        start.Environment["ZDOTDIR"] = home.Path;
        start.Environment["XDG_CONFIG_HOME"] = home.File("config");
        start.Environment["XDG_DATA_HOME"] = home.File("data");
        start.Environment["PATH"] = $"{home.File("bin")}:/usr/bin:/bin";
        start.Environment["LINES_FILE"] = _lines;
        start.Environment["TERM"] = "xterm";
        start.Environment["LC_ALL"] = "C.UTF-8";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        Send(WriteLine);
        _ = NextLine();                 // it is ready when it answers
    }

    /// <summary>What a line becomes when TAB is typed behind it.</summary>
    public string Complete(string typed)
    {
        Send(typed + Tab + WriteLine + Forget);
        return NextLine();
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Settings(string shell, TempFolder home)
    {
        const string Bash = """
            PS1='$ '
            write_line() { printf '%s\n' "$READLINE_LINE" >>"$LINES_FILE"; }
            bind -x '"\C-g": write_line'
            bind 'set bell-style none'
            bind 'set enable-bracketed-paste off'
            source <(jetson-core completion bash)

            """;
        switch (shell)
        {
            case "bash":
                return $"bash --noprofile --rcfile {home.Write("rc", Bash)} -i";
            case "bash-completion":
                return $"bash --noprofile --rcfile {home.Write("rc", ". /usr/share/bash-completion/bash_completion\n" + Bash)} -i";
            case "zsh":
                home.Write(".zshrc", """
                    PS1='$ '
                    autoload -U compinit
                    compinit -u -D
                    write-line() { print -r -- "$BUFFER" >>"$LINES_FILE" }
                    zle -N write-line
                    bindkey -e
                    bindkey '^G' write-line
                    unsetopt beep
                    source <(jetson-core completion zsh)

                    """);
                return "zsh -i";
            default:
                Directory.CreateDirectory(home.File("config", "fish", "completions"));
                home.Write("config/fish/completions/jetson-core.fish", CliRun.Succeed("completion", "fish"));
                home.Write("config/fish/config.fish", """
                    set -g fish_greeting ''
                    set -g fish_autosuggestion_enabled 0
                    function write_line; commandline -b >>$LINES_FILE; end
                    function fish_user_key_bindings
                        bind \cg write_line
                        bind \cu 'commandline ""'
                    end

                    """);
                return "fish -i";
        }
    }

    private void Send(string keys)
    {
        _process.StandardInput.Write(keys);
        _process.StandardInput.Flush();
    }

    private string NextLine()
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            string all = File.ReadAllText(_lines);
            string[] lines = all.Split('\n');
            if (lines.Length > _read + 1)
                return lines[_read++];
            if (_process.HasExited)
                break;
            Thread.Sleep(5);
        }
        throw new Xunit.Sdk.XunitException("the shell does not answer");
    }
}
