// Decides a seed: checks that model, snaps and assertions fit together, then orders and names everything.
// All findings of the checks come at once; a plan comes only without errors.
// Peer: snapd seed/seedwriter (writer.go, seed16.go), boot/seed variables in image/image_linux.go.
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

/// <summary>Plans seeds of Ubuntu Core 16 and 18.</summary>
internal static class SeedPlanner
{
    /// <summary>Plans a seed.</summary>
    /// <returns>The plan, or null where findings forbid it.</returns>
    public static SeedPlan? Plan(SeedInputs inputs, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag findings = diagnostics.About(inputs.ModelPath);
        SeedPlan? plan = PlanInto(inputs, findings);
        return findings.HasErrors ? null : plan;
    }

    private static SeedPlan? PlanInto(SeedInputs inputs, DiagnosticBag findings)
    {
        SeedChecks.CheckModel(inputs.Model, findings);
        if (findings.HasErrors)
            return null;
        if (SnapChannel.Doubt(inputs.Channel) is { } why)
            findings.Add(SeedRules.Channel, SourceSpan.None, $"cannot follow the channel \"{inputs.Channel}\": {why}");
        SnapFile.TakeDigests(inputs.Snaps);
        SeedStatements statements = SeedStatements.Verify(inputs, findings);
        SeedChecks.CheckSnaps(inputs, findings);
        List<SeedSnap> snaps = [.. inputs.Snaps.Select(file => Decide(file, inputs, statements, findings))];
        if (findings.HasErrors)
            return null;

        ModelDefinition model = inputs.Model;
        SeedSnap Named(string? name) => snaps.First(snap => snap.Name == name);
        SeedSnap bootBase = Named(SeedChecks.BootSnap(model)), kernel = Named(model.Kernel?.Name);
        SeedSnap gadget = Named(model.Gadget?.Name);
        DirectoryNode systemFiles = SeedCustomizer.SystemFiles(inputs, gadget.File, findings);
        byte[]? autoImport = SeedCustomizer.AutoImport(inputs, statements, findings);
        ImmutableArray<string> order = SeedChecks.NamesInOrder(model);
        return new()
        {
            Snaps =
            [
                .. snaps.OrderBy(snap => snap.File.Type)
                    .ThenBy(snap => order.IndexOf(snap.Name) is >= 0 and int place ? place : order.Length),
            ],
            Gadget = gadget,
            Kernel = kernel,
            BootBase = bootBase,
            Assertions = statements.Files,
            SystemFiles = systemFiles,
            AutoImport = autoImport,
            BootVariables = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
            [
                new KeyValuePair<string, string>("snap_core", bootBase.FileName),
                new KeyValuePair<string, string>("snap_kernel", kernel.FileName),
                new KeyValuePair<string, string>("snap_menuentry", model.MenuEntry),
            ]),
        };
    }

    private static SeedSnap Decide(
        SnapFile file, SeedInputs inputs, SeedStatements statements, DiagnosticBag findings)
    {
        ModelDefinition model = inputs.Model;
        var local = new SeedSnap
        {
            File = file,
            IsBooted = file.Name == model.Kernel?.Name || file.Name == SeedChecks.BootSnap(model),
        };
        if (statements.Find(file, findings) is not { } statement)
            return local;
        string? track = new[] { model.Gadget, model.Kernel }.FirstOrDefault(snap => snap?.Name == file.Name)?.Track;
        string? channel = track is null ? inputs.Channel : SnapChannel.Pin(track, inputs.Channel);
        if (channel is null)
        {
            findings.AddAbout(file.Path, SeedRules.PinnedTrack,
                $"cannot let \"{file.Name}\" follow the channel \"{inputs.Channel}\": the model pins it to the track "
                    + $"\"{track}\", and that is another",
                hint: "give --channel a risk alone, like stable, or that track");
        }
        return local with
        {
            Revision = statement.Revision,
            SnapId = statement.SnapId,
            Channel = channel,
        };
    }
}
