// What the grade of a model allows in its recovery system, and what only older systems take at their building.
//
//   dangerous          unasserted snaps, snaps in devmode, snaps that the model does not name, another channel
//   signed, secured    asserted snaps of the model, in its channels
//
// Peer: snapd seed/seedwriter (policy20, SnapsToDownload), image (Customizations.validate).
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Seed;

internal static class RecoverySystemChecks
{
    private const string SnapdRefuses = "snapd: \"cannot override channels, add devmode snaps, local snaps, or extra "
        + "snaps with a model of grade higher than dangerous\"";

    public static void Check(
        SeedInputs inputs, string label, IReadOnlyList<SeedSnap> snaps, DiagnosticBag findings)
    {
        if (!RecoverySystem.IsLabel(label))
        {
            findings.Add(SeedRules.SystemLabel, SourceSpan.None, $"cannot call the recovery system \"{label}\"",
                hint: "use lower-case letters, digits and single inner dashes, like 20240131");
        }
        foreach (SeedSnap snap in snaps.Where(snap => snap.IsAsserted && snap.Entry?.Id is { } id && id != snap.SnapId))
        {
            findings.AddAbout(snap.File.Path, SeedRules.SnapId,
                $"cannot take \"{snap.Name}\" for the model's: the model names the id \"{snap.Entry?.Id}\", by its "
                    + $"assertions it has \"{snap.SnapId}\"",
                hint: "give the snap that the model means, or correct the model");
        }
        CheckCustomization(inputs, findings);
        if (!inputs.Model.IsDangerous)
            CheckGrade(inputs, snaps, findings);
    }

    private static void CheckCustomization(SeedInputs inputs, DiagnosticBag findings)
    {
        SeedCustomization custom = inputs.Customization;
        const string Snapd = "snapd: \"cannot support with UC20+ model requested customizations\"";
        const string AtInstallation = "it is done when the device installs itself";
        foreach ((bool isAsked, string what, string why, string instead) in ((bool, string, string, string)[])
        [
            (custom.DisablesConsoleConf, "disable console-conf", AtInstallation,
                $"say service.console-conf.disable below defaults: system: in gadget.yaml; {Snapd}"),
            (custom.CloudInitUserData is not null, "set cloud-init's user data", AtInstallation,
                inputs.Model.IsDangerous
                ? $"put cloud.conf into the gadget, or files into data/etc/cloud/cloud.cfg.d of ubuntu-seed; {Snapd}"
                : $"put cloud.conf into the gadget, whose datasources are then those of the device; {Snapd}"),
            (custom.AutoImport.Count > 0 && !inputs.Model.IsDangerous, "place assertions to be imported",
                $"with grade \"{inputs.Model.Grade}\" the device imports none from its recovery system",
                $"sign a model of grade \"{ModelSnapsReader.Dangerous}\", or give the device a USB stick with "
                    + "auto-import.assert once it has installed itself"),
        ])
        {
            if (isAsked)
            {
                findings.Add(SeedRules.Customization, SourceSpan.None,
                    $"cannot {what} in an image of Ubuntu Core 20 or later: {why}", hint: instead);
            }
        }
    }

    private static void CheckGrade(SeedInputs inputs, IReadOnlyList<SeedSnap> snaps, DiagnosticBag findings)
    {
        string grade = $"a model of grade \"{inputs.Model.Grade}\"";
        if (inputs.Channel is { } channel)
        {
            findings.Add(SeedRules.Grade, SourceSpan.None,
                $"cannot let snaps follow \"{channel}\" with {grade}: only its own channels count",
                hint: $"leave --channel out; {SnapdRefuses}");
        }
        foreach (SeedSnap snap in snaps)
        {
            string path = snap.File.Path;
            if (inputs.Channel is null && snap.Entry is { } entry && snap.Channel != entry.DefaultChannel)
            {
                findings.AddAbout(path, SeedRules.Grade,
                    $"cannot let \"{snap.Name}\" follow \"{snap.Channel}\" with {grade}: the model says "
                        + $"\"{entry.DefaultChannel}\"",
                    hint: $"name it without a channel, or with another default-channel in the model; {SnapdRefuses}");
            }
            if (snap.Entry is null)
            {
                findings.AddAbout(path, SeedRules.Grade,
                    $"cannot add \"{snap.Name}\" to {grade}: the model does not name it",
                    hint: $"name it in the model, or leave it out; {SnapdRefuses}");
            }
            if (!snap.IsAsserted)
            {
                findings.AddAbout(path, SeedRules.Grade,
                    $"cannot take \"{snap.Name}\" with {grade}: no assertions speak for it",
                    hint: "give its snap-declaration and snap-revision with --assertion, or sign a model of grade "
                        + $"\"{ModelSnapsReader.Dangerous}\"; {SnapdRefuses}");
            }
            if (snap.File.Definition.Confinement == "devmode")
            {
                findings.AddAbout(path, SeedRules.Grade,
                    $"cannot take \"{snap.Name}\" with {grade}: its confinement is devmode",
                    hint: $"confine it strictly; {SnapdRefuses}");
            }
        }
    }
}
