// `jetson-core fetch`: snaps and their assertions from the Snap Store into a folder, for builds without network.
using System.Collections.Immutable;
using System.CommandLine;
using JetsonCore.Assertions;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Seed;
using JetsonCore.Store;

namespace JetsonCore.Cli.Commands;

internal static class FetchCommand
{
    /// <summary>Arguments as plain values.</summary>
    internal sealed record Options
    {
        public required IReadOnlyList<string> Snaps { get; init; }

        public required string StoreDir { get; init; }

        public string? ModelPath { get; init; }

        public string? RevisionsPath { get; init; }

        public string? Channel { get; init; }

        public IReadOnlyList<string> Trust { get; init; } = [];

        public StoreSettings.Wishes Store { get; init; } = new();

        public bool Force { get; init; }

        public bool Json { get; init; }
    }

    public static Command Create(Terminal terminal)
    {
        var arguments = new FetchArguments();
        var command = new Command("fetch", """
            Fetch snaps and their assertions from the Snap Store into a folder

            Writes NAME_REVISION.snap and NAME_REVISION.assert of each, MODEL.model.assert and seed.manifest. Nothing
            gets its name before its size, its digest and the signatures of its assertions have been verified.
            Downloads are kept in the cache of the user, and go on where they broke off.

            Examples:
              jetson-core fetch core18 snapd my-app=edge --store-dir snaps
              jetson-core fetch --model tx1.model --store-dir snaps
            """);
        arguments.AddTo(command);
        command.SetAction(parsed => (int)Run(arguments.Read(parsed), terminal));
        return command;
    }

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        using var interruption = new Interruption();
        var diagnostics = new DiagnosticBag();
        FetchedSnaps? fetched = null;
        ExitCode failure = ExitCode.Findings;
        try
        {
            fetched = Fetch(options, diagnostics, interruption.Token);
        }
        catch (Exception exception) when (options.Json && Failures.OfInput(exception) is { } found)
        {
            diagnostics.Add(found.Diagnostic);
            failure = found.Code;
        }
        if (options.Json)
            WriteJson(options, fetched, diagnostics, terminal);
        else
        {
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            foreach (StoreSnap snap in fetched?.Snaps.Select(one => one.Snap) ?? [])
                terminal.Output.WriteLine($"{snap.Name} {snap.Revision} {snap.Channel} {snap.SizeBytes}");
        }
        return fetched is null ? failure : ExitCode.Success;
    }

    private static FetchedSnaps? Fetch(Options options, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        SnapArgument[] named = [.. options.Snaps.Select(SnapArgument.RequireName)];
        Assertion? signed = options.ModelPath is not { } path ? null : AssertionFile.ReadModel(
            InputBytes.Read(path, AssertionReader.StreamLimit), InputBytes.NameOf(path), diagnostics, out _);
        ModelDefinition? model =
            signed is null ? null : ModelReader.Read(signed.Headers, diagnostics.About(options.ModelPath));
        TrustedRoots roots = NamedInputs.Roots(options.Trust, diagnostics);
        RevisionList revisions = NamedInputs.Revisions(options.RevisionsPath, diagnostics);
        if (diagnostics.HasErrors)
            return null;
        using SnapFetch fetch = StoreArguments.Open(options.Store, model, roots);
        IReadOnlyList<Assertion> sets = model is null ? [] : fetch.FetchSetsAsync(
            model, revisions.Sets, [], diagnostics, cancellation).GetAwaiter().GetResult();
        ImmutableArray<SnapWish> wishes = new ModelSnaps
        {
            Model = model,
            Channel = options.Channel,
            Channels = SnapArgument.Channels(named),
            Revisions = revisions.Within(sets.Where(one => one.Type.Name == ValidationSets.TypeName)),
        }.Wish((model is null ? [] : ModelSnaps.NamesOf(model)).Concat(named.Select(one => one.Name!)).Distinct(
            StringComparer.Ordinal), diagnostics);
        if (diagnostics.HasErrors)
            return null;
        FetchedSnaps? fetched = fetch.RunAsync(wishes, signed, diagnostics, cancellation).GetAwaiter().GetResult();
        if (fetched is null)
            return null;
        fetched = fetched with { OfModel = [.. fetched.OfModel.UnionBy(sets, one => one.Reference)] };
        StoreFolder.Save(options.StoreDir, fetched, model?.Name, options.Force, diagnostics);
        return diagnostics.HasErrors ? null : fetched;
    }

    private static void WriteJson(
        Options options, FetchedSnaps? fetched, DiagnosticBag diagnostics, Terminal terminal) =>
        JsonReport.WriteDocument(terminal.Output, json =>
        {
            json.WriteString("schema", "jetson-core/fetch");
            json.WriteNumber("version", 1);
            json.WriteString("storeDir", options.StoreDir);
            json.WriteBoolean("ok", fetched is not null);
            json.WriteStartArray("snaps");
            foreach (StoreSnap snap in fetched?.Snaps.Select(one => one.Snap) ?? [])
            {
                json.WriteStartObject();
                json.WriteString("name", snap.Name);
                json.WriteNumber("revision", snap.Revision);
                json.WriteString("channel", snap.Channel);
                json.WriteString("snapId", snap.SnapId);
                json.WriteString("sha3-384", snap.Digest);
                json.WriteNumber("sizeBytes", snap.SizeBytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            JsonReport.WriteDiagnostics(json, diagnostics.Items, withPaths: true);
        });
}
