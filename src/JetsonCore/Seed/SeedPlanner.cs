// Decides a seed: checks that model, snaps and assertions fit together, then orders and names everything.
// All findings of the checks come at once; a plan comes only without errors.
// Peer: snapd seed/seedwriter (writer.go, seed16.go, seed20.go).
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

/// <summary>Plans seeds.</summary>
internal static class SeedPlanner
{
    private const string DefaultChannel = "stable";

    /// <summary>Plans a seed.</summary>
    /// <returns>The plan, or null where findings forbid it.</returns>
    public static SeedPlan? Plan(SeedInputs inputs, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag findings = diagnostics.About(inputs.ModelPath);
        if (inputs.Model.IsClassic)
        {
            findings.Add(SeedRules.ModelKind, SourceSpan.None,
                $"cannot make an image of \"{inputs.Model.Name}\": it is a classic model",
                hint: "the root file system of classic systems is made of packages: ubuntu-image classic does that; "
                    + "\"jetson-core seed make\" makes the seed in it");
        }
        SeedPlan? plan = findings.HasErrors ? null
            : Decide(inputs, findings) is { } decided ? Plan(inputs, decided, findings) : null;
        return findings.HasErrors ? null : plan;
    }

    /// <summary>Plans the folder of a seed alone, of classic models too.</summary>
    /// <returns>Its files, or null where findings forbid it.</returns>
    public static SeedFiles? PlanFolder(SeedInputs inputs, DiagnosticBag diagnostics)
    {
        DiagnosticBag findings = diagnostics.About(inputs.ModelPath);
        if (Decide(inputs, findings) is not { } decided)
            return null;
        ModelDefinition model = inputs.Model;
        byte[]? autoImport = SeedCustomizer.AutoImport(inputs, decided.Statements, findings);
        DirectoryNode files = decided.Label is { } label
            ? RecoverySystem.Files(label, decided.Snaps, decided.Statements, autoImport)
            : WritableSeed.Files(decided.Snaps, decided.Statements);
        DirectoryNode? folder = decided.Label is null ? files.Find(WritableSeed.Folder) as DirectoryNode : files;
        return findings.HasErrors || folder is null ? null
            : new(folder, decided.Snaps, SeedPlan.ManifestOf(decided.Snaps, decided.Statements.Sets, PinnedOf(model)));
    }

    /// <summary>What has been decided about a seed.</summary>
    private sealed record Decided(string? Label, ImmutableArray<SeedSnap> Snaps, SeedStatements Statements);

    private static Decided? Decide(SeedInputs inputs, DiagnosticBag findings)
    {
        SeedChecks.CheckModel(inputs.Model, findings);
        if (findings.HasErrors)
            return null;
        if (inputs.Channel is { } channel && SnapChannel.Doubt(channel) is { } why)
            findings.Add(SeedRules.Channel, SourceSpan.None, $"cannot follow the channel \"{channel}\": {why}");
        if (inputs.Customization.IsPreseeded)
        {
            findings.Add(SeedRules.Preseeding, SourceSpan.None,
                "cannot seed the snaps at the building: that needs a snapd of the board's architecture that runs",
                hint: "build without it; on a machine of that architecture (or in QEMU) `snap prepare-image --preseed` "
                    + "makes preseed.tgz and its assertion, and `seed check` judges them");
        }
        SnapFile.TakeDigests(inputs.Snaps);
        SeedStatements statements = SeedStatements.Verify(inputs, findings);
        SeedChecks.CheckSnaps(inputs, findings);
        List<SeedSnap> snaps = [.. inputs.Snaps.Select(file => Decide(file, inputs, statements, findings))];
        string? label = inputs.Model.HasSnapsHeader
            ? inputs.SystemLabel ?? RecoverySystem.LabelOf(inputs.Model.Timestamp) : null;
        if (label is not null)
            RecoverySystemChecks.Check(inputs, label, snaps, findings);
        else if (inputs.Customization.IsFactoryImage)
        {
            findings.Add(SeedRules.Customization, SourceSpan.None,
                "cannot set boot flags in an image of Ubuntu Core 16 or 18: nobody reads them",
                hint: "leave --factory-image out; snapd: \"cannot support with UC16/18 model requested customizations: "
                    + "boot flags (factory)\"");
        }
        ValidationSets.Check(statements.Sets,
            [.. snaps.Select(snap => new ValidationSets.SeededSnap(snap.Name, snap.SnapId, snap.Number))], findings);
        return findings.HasErrors ? null : new(label, InOrder(snaps, inputs.Model), statements);
    }

    private static ImmutableArray<string> PinnedOf(ModelDefinition model) =>
        [.. model.ValidationSets.Where(set => set.Sequence is not null).Select(set => set.Key)];

    private static SeedPlan Plan(SeedInputs inputs, Decided decided, DiagnosticBag findings)
    {
        ModelDefinition model = inputs.Model;
        (string? label, ImmutableArray<SeedSnap> snaps, SeedStatements statements) = decided;
        SeedSnap Named(string? name) => snaps.First(snap => snap.Name == name);
        SeedSnap bootBase = Named(SeedChecks.BootSnap(model)), kernel = Named(model.Kernel?.Name);
        SeedSnap gadget = Named(model.Gadget?.Name);
        byte[]? autoImport = SeedCustomizer.AutoImport(inputs, statements, findings);
        return new()
        {
            Snaps = snaps,
            Sets = statements.Sets,
            PinnedSets = PinnedOf(model),
            Gadget = gadget,
            Kernel = kernel,
            BootBase = bootBase,
            SystemLabel = label,
            Files = label is null
                ? WritableSeed.Files(snaps, statements) : RecoverySystem.Files(label, snaps, statements, autoImport),
            SystemFiles = label is null ? SeedCustomizer.SystemFiles(inputs, gadget.File, findings) : new(),
            AutoImport = label is null ? autoImport : null,
            BootVariables = label is null
                ? WritableSeed.BootVariables(bootBase, kernel, model)
                : RecoverySystem.BootVariables(label, inputs.Customization.IsFactoryImage),
        };
    }

    /// <summary>Older seeds are in the order of types; in recovery systems all of the model come first.</summary>
    private static ImmutableArray<SeedSnap> InOrder(List<SeedSnap> snaps, ModelDefinition model)
    {
        ImmutableArray<string> order = SeedChecks.NamesInOrder(model);
        return
        [
            .. snaps.OrderBy(snap => model.HasSnapsHeader ? default : snap.File.Type)
                .ThenBy(snap => order.IndexOf(snap.Name) is >= 0 and int place ? place : order.Length),
        ];
    }

    private static SeedSnap Decide(
        SnapFile file, SeedInputs inputs, SeedStatements statements, DiagnosticBag findings)
    {
        ModelDefinition model = inputs.Model;
        ModelSnap? entry = model.HasSnapsHeader ? SeedChecks.EntryOf(model, file.Name) : null;
        var local = new SeedSnap
        {
            File = file,
            Facts = inputs.Facts.GetValueOrDefault(file.Name),
            IsBooted = file.Name == model.Kernel?.Name || file.Name == SeedChecks.BootSnap(model),
        };
        SeedStatements.SnapStatement? statement = statements.Find(file, findings);
        if (model.HasSnapsHeader)
        {
            local = local with
            {
                Entry = entry,
                IsNamedByVersion = statement is null,
                Channel = SnapChannel.Resolve(
                    entry?.DefaultChannel ?? RecoverySystem.ExtraChannel, ChannelOf(file, inputs)),
            };
        }
        return statement is null ? local : local with
        {
            Revision = statement.Revision,
            SnapId = statement.SnapId,
            Channel = local.Channel ?? PinnedChannel(file, inputs, findings),
        };
    }

    private static string? ChannelOf(SnapFile file, SeedInputs inputs) =>
        inputs.Channels.GetValueOrDefault(file.Name) ?? inputs.Channel;

    private static string? PinnedChannel(SnapFile file, SeedInputs inputs, DiagnosticBag findings)
    {
        string asked = ChannelOf(file, inputs) ?? DefaultChannel;
        string? track = new[] { inputs.Model.Gadget, inputs.Model.Kernel }
            .FirstOrDefault(snap => snap?.Name == file.Name)?.Track;
        string? channel = track is null ? asked : SnapChannel.Pin(track, asked);
        if (channel is null)
        {
            findings.AddAbout(file.Path, SeedRules.PinnedTrack,
                $"cannot let \"{file.Name}\" follow the channel \"{asked}\": the model pins it to the track "
                    + $"\"{track}\", and that is another",
                hint: "give --channel a risk alone, like stable, or that track");
        }
        return channel;
    }
}
