// From what the user named to all findings about it. Whoever needs a gadget, to check, draw, pack or build it, gets it
// from here: reading, defaults and rules are put together nowhere else.
//
//              files   kernel   advice
//   Check        x       x        x        everything that is known
//   Draw                                   where things lie: what is in them does not matter
//   Pack         x                         what snapd's `snap pack` looks at
//   Build        x       x                 what must be right before an image is made
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Gadget.Rules;

namespace JetsonCore.Gadget;

/// <summary>What a gadget is judged for.</summary>
public enum GadgetPurpose
{
    /// <summary>To say all that can be said about it.</summary>
    Check,

    /// <summary>To show its layout.</summary>
    Draw,

    /// <summary>To pack it.</summary>
    Pack,

    /// <summary>To make an image.</summary>
    Build,
}

/// <summary>How to judge gadgets.</summary>
public sealed record GadgetCheckOptions
{
    /// <summary>What for.</summary>
    public GadgetPurpose Purpose { get; init; }

    /// <summary>The kind of model.</summary>
    public GadgetMode Mode { get; init; }

    /// <summary>Whose rules count.</summary>
    public SnapdRelease Release { get; init; } = SnapdRelease.Latest;

    /// <summary>The kernel's files, or null.</summary>
    public GadgetRoot? Kernel { get; init; }

    /// <summary>The kernel's assets, or null.</summary>
    public KernelAssets? KernelAssets { get; init; }
}

/// <summary>A judged gadget.</summary>
/// <param name="Path">Its gadget.yaml.</param>
/// <param name="Gadget">What it says, as far as it could be read.</param>
/// <param name="Diagnostics">What was found.</param>
public sealed record GadgetReport(string Path, GadgetDefinition Gadget, DiagnosticBag Diagnostics)
{
    /// <summary>What kind of thing was judged, for reports.</summary>
    public string Subject { get; init; } = "gadget.yaml";

    /// <summary>The text of the gadget.yaml.</summary>
    public SourceText Source => Gadget.Document.Source;

    /// <summary>Whether snapd would take it.</summary>
    public bool IsOk => !Diagnostics.HasErrors;

    /// <summary>The report without the gadget: a run over hundreds of files keeps hundreds of reports.</summary>
    public GadgetReport WithoutGadget() => this with
    {
        Gadget = Gadget with { Document = new() { Path = Gadget.Document.Path, Source = Source }, Volumes = [] },
    };
}

/// <summary>Judges gadgets.</summary>
public static class GadgetChecker
{
    /// <summary>Reads a gadget and reports everything that is wrong with it, and what is worth knowing.</summary>
    /// <param name="input">The gadget.</param>
    /// <param name="options">How to judge it.</param>
    /// <param name="outer">Takes the findings too; null where the report will do.</param>
    public static GadgetReport Check(GadgetInput input, GadgetCheckOptions options, DiagnosticBag? outer = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        DiagnosticBag diagnostics = outer is null ? new(input.YamlPath) : outer.About(input.YamlPath);
        var document = new GadgetDocument { Path = input.YamlPath };
        if (input.Yaml is not null)
            document = GadgetReader.Read(input.Yaml, diagnostics, options.Release);
        else if (!options.Mode.MayLackVolumes())
        {
            diagnostics.Add(GadgetRuleList.NoFile, SourceSpan.None,
                $"cannot use the gadget: there is no {GadgetInput.InnerPath}, and the model ({options.Mode.Name()}) "
                    + "needs one",
                "write one; `jetson-core schema gadget` helps an editor with it");
        }
        GadgetDefinition gadget = GadgetDefaults.Apply(document, options.Mode, options.Release);
        GadgetRoot? files = options.Purpose == GadgetPurpose.Draw ? null : input.Root;
        GadgetRules.CheckAll(gadget, diagnostics, files, options.KernelAssets);
        if (document.IsReadable && options.Purpose == GadgetPurpose.Check)
            Advise(gadget, input, options, diagnostics);
        if (diagnostics.IsCutShort)
        {
            diagnostics.Add(GadgetRuleList.ManyFindings, SourceSpan.None,
                $"there are more findings than these: {DiagnosticBag.MostOfEach} errors, warnings and infos each are "
                    + "shown",
                "mend the first ones, and check again");
        }
        return new(input.YamlPath, gadget, diagnostics);
    }

    /// <summary>Adds to a report whether devices with an older gadget can take this one.</summary>
    public static void Compare(GadgetDefinition old, GadgetReport report, bool isRemodel)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(report);
        UpdateRules.Check(old, report.Gadget, isRemodel, report.Diagnostics);
    }

    private static void Advise(
        GadgetDefinition gadget, GadgetInput input, GadgetCheckOptions options, DiagnosticBag diagnostics)
    {
        WrongFileRule.Check(gadget.Document, diagnostics);
        AdviceRules.Check(gadget, diagnostics);
        if (input.Root is not null)
            RoomRules.CheckContent(gadget, input.Root, diagnostics);
        else
            DeclaredImageRules.Check(gadget, diagnostics);
        if (options.Kernel is not null)
            RoomRules.CheckBoot(gadget, options.Kernel, diagnostics);
    }
}
