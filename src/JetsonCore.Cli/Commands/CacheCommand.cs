// `jetson-core cache …`: what builds keep for later ones.
using System.CommandLine;
using System.Globalization;
using JetsonCore.Cache;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Commands;

internal static class CacheCommand
{
    /// <summary>Nothing is older.</summary>
    private const int DaysMost = 100_000;

    private const int KeyShown = 12;

    private static string Folder => CacheFolders.OfUser(Environment.GetEnvironmentVariable);

    public static Command Create(Terminal terminal) => new("cache", """
        Look after what builds keep for later ones

        The results of stages are in $XDG_CACHE_HOME/jetson-core/stages, or ~/.cache/…, by the content of what they
        follow from. Everything in it can be removed at any time, also while builds run: it is made anew. When a build
        leaves more than 5 GiB, or $JETSON_CORE_CACHE_BYTES, what was not used for longest goes.
        """)
    {
        CreateList(terminal), CreatePrune(terminal), CreateVerify(terminal),
    };

    /// <summary>Takes out what was not used for longest, where there is more than the limit.</summary>
    public static void KeepLimit() => new CacheUpkeep(Folder).KeepLimit(
        Environment.GetEnvironmentVariable, TimeProvider.System.GetUtcNow());

    private static Command CreateList(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("ls", """
            List the results of stages, that used last first: key, stage, bytes, day of last use

            Example:
              jetson-core cache ls --json
            """)
        {
            json,
        };
        command.SetAction(parsed => (int)List(parsed.GetValue(json), terminal));
        return command;
    }

    private static Command CreatePrune(Terminal terminal)
    {
        Option<long?> bytes = ByteSizes.Option(
            "--max-size", "bytes that may stay (with K, M or G: units of 1024); what was not used for longest goes",
            least: 0);
        var days = new Option<int?>("--unused-for")
        {
            Description = "take out what was not used for so many days",
            HelpName = "DAYS",
        };
        var trial = new Option<bool>("--dry-run") { Description = "say what would go, and remove nothing" };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("prune", """
            Take out what was not used for long; without a limit everything

            Examples:
              jetson-core cache prune --max-size 1G
              jetson-core cache prune --unused-for 30
            """)
        {
            bytes, days, trial, json,
        };
        command.Validators.Add(result =>
        {
            // What is no number at all is said by the library, and has no value.
            if (result.GetResult(days) is { Tokens: [{ Value: ['-', ..] }] })
                result.AddError("cannot use --unused-for: it is a number of days, 0 or more");
        });
        command.SetAction(parsed => (int)Prune(
            new(parsed.GetValue(bytes), parsed.GetValue(days), parsed.GetValue(trial), parsed.GetValue(json)),
            terminal));
        return command;
    }

    private static Command CreateVerify(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("verify", """
            Read everything and compare it with its digest; what is damaged is removed, and is an error

            Example:
              jetson-core cache verify
            """)
        {
            json,
        };
        command.SetAction(parsed => (int)Verify(parsed.GetValue(json), terminal));
        return command;
    }

    private sealed record PruneOptions(long? BytesMax, int? UnusedDays, bool IsTrial, bool Json);

    private static ExitCode List(bool asJson, Terminal terminal)
    {
        var upkeep = new CacheUpkeep(Folder);
        IReadOnlyList<CachedResult> results = upkeep.List();
        if (asJson)
        {
            CacheReport.WriteList(Folder, upkeep.SizeBytes(), results, terminal.Output);
            return ExitCode.Success;
        }
        foreach (CachedResult result in results)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Key[..KeyShown]}  {result.SizeBytes,12}  {result.UsedLast:yyyy-MM-dd}  ")
                + TerminalText.Of(result.Stage));
        }
        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{results.Count} results, {upkeep.SizeBytes()} bytes in {Folder}"));
        return ExitCode.Success;
    }

    private static ExitCode Prune(PruneOptions options, Terminal terminal)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        bool takesAll = options is { BytesMax: null, UnusedDays: null };
        CachePruning done = new CacheUpkeep(Folder).Prune(
            takesAll ? 0 : options.BytesMax ?? long.MaxValue,
            options.UnusedDays is { } days ? now - TimeSpan.FromDays(Math.Min(days, DaysMost)) : null,
            now, options.IsTrial);
        if (options.Json)
            CacheReport.WritePruning(Folder, done, options.IsTrial, terminal.Output);
        else
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(options.IsTrial ? "would remove" : "removed")} {done.Results} results, {done.Bytes} bytes; ")
                + string.Create(CultureInfo.InvariantCulture, $"{done.BytesLeft} bytes stay in {Folder}"));
        }
        return ExitCode.Success;
    }

    private static ExitCode Verify(bool asJson, Terminal terminal)
    {
        using var interruption = new Interruption();
        var diagnostics = new DiagnosticBag();
        (int files, long bytes) = new CacheUpkeep(Folder).Verify(diagnostics, interruption.Token);
        if (asJson)
            CacheReport.WriteVerification(Folder, files, bytes, diagnostics, terminal.Output);
        else
        {
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"read {files} files, {bytes} bytes in {Folder}; {diagnostics.Items.Count} were damaged"));
        }
        return diagnostics.Items.Count > 0 ? ExitCode.Findings : ExitCode.Success;
    }
}
