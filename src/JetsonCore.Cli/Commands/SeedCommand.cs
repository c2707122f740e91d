// `jetson-core seed check`: what snapd would say of a seed at the first boot.
using System.CommandLine;
using JetsonCore.Assertions;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Seed;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Commands;

internal static class SeedCommand
{
    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options(string Path, IReadOnlyList<string> TrustPaths, DateTimeOffset? At, bool Json);

    public static Command Create(Terminal terminal) => new("seed", "Make and judge what a device installs at first")
    {
        CreateCheck(terminal),
        SeedMakeCommand.Create(terminal),
    };

    private static Command CreateCheck(Terminal terminal)
    {
        var seed = new Argument<string>("SEED")
        {
            Description = "the folder of a seed, the partition writable or ubuntu-seed, or a whole image",
        };
        var trust = new Option<string[]>("--trust")
        {
            Description = "an account and its account-key to trust as a root, besides Canonical's of production",
            HelpName = "FILE",
        };
        Option<DateTimeOffset?> at = VerifyCommand.TimeOption();
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("check", """
            Judge a seed as snapd does at the first boot

            Digests, sizes, signatures, models, bases, content providers, and what a factory has preseeded: every fault
            at once, with snapd's words beside ours. A seed of Ubuntu Core 16 or 18 has a seed.yaml; later ones have
            recovery systems in systems/. Exit code 1 if snapd would refuse the seed.

            Examples:
              jetson-core seed check out/jetson.img
              jetson-core seed check --at now --trust root.assert image/var/lib/snapd/seed
            """)
        {
            seed, trust, at, json,
        };
        command.SetAction(parsed => (int)Run(
            new(parsed.GetRequiredValue(seed), parsed.GetValue(trust) ?? [], parsed.GetValue(at),
                parsed.GetValue(json)), terminal));
        return command;
    }

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        var diagnostics = new DiagnosticBag();
        TrustedRoots roots = TrustedRoots.Production;
        foreach (string path in options.TrustPaths)
            roots = roots.With(NamedInputs.Assertions(path, diagnostics) ?? [], path);
        var open = new Stack<IDisposable>();
        try
        {
            using SeedFolder seed = Failures.About(
                options.Path, () => SeedFolder.Open(options.Path, spool.Keep, interruption.Token));
            var how = new SeedJudge.Options(
                roots, options.At, (path, content, findings) => OpenSnap(path, content, open, findings));
            (int snaps, int assertions) = SeedJudge.Judge(seed.Root, seed.Path, how, diagnostics);
            Print(options, seed.Path, (snaps, assertions), diagnostics, terminal);
        }
        finally
        {
            while (open.TryPop(out IDisposable? resource))
                resource.Dispose();
        }
        return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
    }

    private static void Print(
        Options options, string path, (int Snaps, int Assertions) counts, DiagnosticBag diagnostics, Terminal terminal)
    {
        if (options.Json)
        {
            JsonReport.WriteDocument(terminal.Output, json =>
            {
                json.WriteString("schema", "jetson-core/seed-check");
                json.WriteNumber("version", 1);
                json.WriteString("seed", path);
                json.WriteBoolean("ok", !diagnostics.HasErrors);
                json.WriteNumber("snaps", counts.Snaps);
                json.WriteNumber("assertions", counts.Assertions);
                JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
            });
            return;
        }
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        terminal.Output.WriteLine($"{path}: {counts.Snaps} snaps, {counts.Assertions} assertions: {(
            diagnostics.HasErrors ? "snapd refuses this seed" : "nothing that snapd refuses")}");
    }

    private static SnapFile? OpenSnap(
        string path, FileContent content, Stack<IDisposable> open, DiagnosticBag findings)
    {
        Stream stream = content.Open();
        open.Push(stream);
        try
        {
            SquashFsReader reader = SquashFsReader.Open(stream);
            open.Push(reader);
            return SnapFile.FromTree(path, content, reader.ReadTree(ReadLimits.Default), findings);
        }
        catch (MalformedDataException exception)
        {
            findings.AddAbout(path, SeedJudgeRules.SnapFile,
                $"cannot read the snap: at {exception.Offset}: {exception.Message}",
                hint: "snapd: \"is not a snap or snapdir\"");
            return null;
        }
    }
}
