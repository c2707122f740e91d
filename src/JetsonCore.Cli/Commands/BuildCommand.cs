// `jetson-core build`: the image, its partitions and the bundle for the flash tool.
using System.CommandLine;
using JetsonCore.Build;
using JetsonCore.Cache;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Store;

namespace JetsonCore.Cli.Commands;

internal static class BuildCommand
{
    public static Command Create(Terminal terminal)
    {
        var arguments = new BuildArguments();
        var command = new Command("build", """
            Build the image of a device, a file for each partition, and the bundle for the flash tool

            PROJECT is a folder with jetson-core.yaml, which says all that the options below say, and what gadget and
            kernel snap are made of. "jetson-core init" begins one; "--print" shows what one comes to.

            Writes VOLUME.img, partitions/, MODEL.model, seed.manifest, manifest.json, SHA256SUMS and, for a board with
            a flash tool, BASE-MODEL.tar.xz. Needs no root. The same inputs and SOURCE_DATE_EPOCH give the same bytes.

            A snap is named by its file or folder, or by its name in the store: NAME or NAME=CHANNEL. A NAME has no
            slash and no ".snap"; what is here under that name comes first, NAME=CHANNEL is always the store's. Names
            are fetched, unless --store-dir or --lock has them; where only files are named no network is needed.

            Examples:
              jetson-core build my-board
              jetson-core build my-board --profile release --set image.size=4G --force
              jetson-core build --model tx1.model --gadget jetson-tx1_18-1_arm64.snap \
                --kernel jetson-tx1-kernel_6.1.0_arm64.snap --snap core18.snap --snap snapd.snap -O out
              jetson-core build --model-headers tx1.json --sign-key my-key --gadget my-gadget/ --kernel kernel.snap \
                --snap core18.snap --snap snapd.snap -O out
              jetson-core build --model tx1.model --gadget my-gadget/ --kernel my-kernel=18/edge --snap core18 \
                --snap snapd --lock tx1.lock -O out
              jetson-core build --model tx1.model --store-dir snaps --offline -O out
            """);
        arguments.AddTo(command);
        var projects = new ProjectArguments(arguments);
        projects.AddTo(command);
        command.SetAction(parsed => (int)(parsed.GetValue(arguments.Project) is { } project
            ? projects.Run(project, parsed, terminal)
            : Run(arguments.Read(parsed, new()), new DiagnosticBag(), terminal)));
        return command;
    }

    /// <summary>Builds.</summary>
    /// <param name="options">From what, and how.</param>
    /// <param name="diagnostics">What was found already; with an error in it inputs are judged, and no more.</param>
    /// <param name="terminal">Where to say what was made.</param>
    internal static ExitCode Run(BuildOptions options, DiagnosticBag diagnostics, Terminal terminal)
    {
        using var interruption = new Interruption();
        var gathering = new Gathering(diagnostics, options.Project is not null);
        using ProgressDisplay display = options.Progress.Open(terminal);
        using StageCache? cache = options.UsesCache ? OpenCache(options, diagnostics, interruption.Token) : null;
        BuildResult? result = null;
        ExitCode? failure = null;
        try
        {
            BuildInputs? Open() => BuildInputs.Open(
                options, new(cache, display.Work), gathering, diagnostics, interruption.Token);

            // A project's snaps are stages of their own.
            using BuildInputs? inputs =
                options.Project is null ? display.Work.Stage("open the inputs", Open) : Open();
            if (inputs is not null)
                result = ImageBuild.Run(inputs.Request, display.Work, diagnostics, interruption.Token);
            if (cache is { HasKept: true })
                CacheCommand.KeepLimit();
            if (result is not null && inputs is { KeepsLock: false } && options.LockPath is { } path)
                OutputFile.Write(path, SnapLock.Of(inputs.Request.Seed, result.Seed).ToBytes(), force: false);
        }
        catch (Exception exception) when (options.Json && Failures.OfInput(exception) is { } found)
        {
            diagnostics.Add(found.Diagnostic);
            failure = found.Code;
        }
        display.Stop();
        DiagnosticBag shown = options.Project?.AtSources(diagnostics) ?? diagnostics;
        if (options.Json)
        {
            BuildReport.WriteJson(result, shown, display.Work, terminal.Output);
            return result is null ? failure ?? gathering.Code : ExitCode.Success;
        }
        DiagnosticPrinter.Print(shown, terminal.Error);
        if (result is null)
            return gathering.Code;
        BuildReport.WriteText(result, options.OutputFolder, terminal.Output);
        return ExitCode.Success;
    }

    private static StageCache OpenCache(
        BuildOptions options, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        string? address = options.RemoteCache ?? Environment.GetEnvironmentVariable("JETSON_CORE_REMOTE_CACHE");
        RemoteCache? remote = address is null or ""
            ? null : new RemoteCache(address, options.Store.IsOffline, cancellation);
        return StageCache.OfUser(Environment.GetEnvironmentVariable, remote, diagnostics);
    }
}
