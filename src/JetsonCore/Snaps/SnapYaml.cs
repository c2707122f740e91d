// Reads meta/snap.yaml. Keys that building an image does not need are passed over; all findings come at once.
// Spec and peer: snapd snap/info_snap_yaml.go (kinds), snap/validate.go (rules).
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Snaps;

/// <summary>Reads snap.yaml.</summary>
public static class SnapYaml
{
    private const int TitleLengthMax = 40, DescriptionLengthMax = 4096;

    private static readonly ImmutableArray<string> KnownArchitectures =
        ["all", "amd64", "arm64", "armel", "armhf", "i386", "powerpc", "ppc64", "ppc64el", "riscv64", "s390x"];

    /// <summary>Reads the text of a snap.yaml; findings are about the bag's file.</summary>
    /// <returns>The snap, or null where findings forbid it.</returns>
    public static SnapDefinition? Read(byte[] text, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag findings = diagnostics.Part();
        SnapDefinition? snap =
            YamlPlaces.ReadMap(text, findings) is { } root ? ReadRoot(new(root, findings), findings) : null;
        return findings.HasErrors ? null : snap;
    }

    private static SnapDefinition ReadRoot(YamlFields fields, DiagnosticBag diagnostics)
    {
        Located<string> name = ReadName(fields, diagnostics);
        Located<SnapType> type = ReadType(fields, name.Value, diagnostics);
        ImmutableArray<SnapApp> apps = SnapAppsYaml.Read(fields, diagnostics);
        ImmutableArray<Located<string>> hooks = ReadHooks(fields, diagnostics);
        SnapEpoch.Check(fields, diagnostics);
        CheckLength(fields, "title", TitleLengthMax, diagnostics);
        CheckLength(fields, "description", DescriptionLengthMax, diagnostics);
        return new()
        {
            Name = name,
            Version = ReadVersion(fields, diagnostics),
            Type = type,
            RuntimeBase = ReadBase(fields, type.Value, runsSomething: apps.Length + hooks.Length > 0, diagnostics),
            HasNoBase = fields.Text("base")?.Value == "none",
            Architectures = ReadArchitectures(fields, diagnostics),
            Confinement = ReadConfinement(fields, diagnostics),
            Title = fields.Text("title")?.Value ?? "",
            Summary = fields.Text("summary")?.Value ?? "",
            Apps = apps,
            Hooks = hooks,
        };
    }

    private static Located<string> ReadName(YamlFields fields, DiagnosticBag diagnostics)
    {
        if (fields.Text("name") is not { } name)
        {
            diagnostics.Add(SnapRules.Name, SourceSpan.None, "cannot use the snap: it has no name");
            return default;
        }
        if (!SnapNames.IsSnapName(name.Value))
        {
            diagnostics.Add(SnapRules.Name, name.Span, $"cannot call a snap \"{name.Value}\"",
                hint: "use 2 to 40 lower-case letters, digits and single inner dashes, with at least one letter");
        }
        return name;
    }

    private static Located<string> ReadVersion(YamlFields fields, DiagnosticBag diagnostics)
    {
        Located<string> version = fields.Text("version") ?? default;
        if (!SnapNames.IsVersion(version.Value ?? ""))
        {
            diagnostics.Add(SnapRules.Version, version.Span, $"cannot use \"{version.Value}\" as a snap's version",
                hint: "use up to 32 letters, digits and \":.+~-\", with a letter or digit first and no \":.-\" last");
        }
        return version;
    }

    private static Located<SnapType> ReadType(YamlFields fields, string name, DiagnosticBag diagnostics)
    {
        Located<string>? typed = fields.Text("type");
        SourceSpan span = typed?.Span ?? SourceSpan.None;
        SnapType? type = typed?.Value switch
        {
            null or "" or "app" or "application" => SnapType.App,
            "gadget" => SnapType.Gadget,
            "kernel" => SnapType.Kernel,
            "base" => SnapType.Base,
            "os" => SnapType.Os,
            "snapd" => SnapType.Snapd,
            _ => null,
        };
        if (type is null)
        {
            diagnostics.Add(SnapRules.Type, span, $"cannot use \"{typed?.Value}\" as a snap's type",
                hint: "choose one of app, base, gadget, kernel, os, snapd");
        }
        return new(name == "snapd" ? SnapType.Snapd : type ?? SnapType.App, span);
    }

    private static Located<string>? ReadBase(
        YamlFields fields, SnapType type, bool runsSomething, DiagnosticBag diagnostics)
    {
        if (fields.Text("base") is not { Value: { Length: > 0 } name } given)
            return null;
        if (name == "none")
        {
            if (runsSomething)
                diagnostics.Add(SnapRules.Base, given.Span, "cannot run apps or hooks with base \"none\"");
            return null;
        }
        if (type is SnapType.Os or SnapType.Base)
            diagnostics.Add(SnapRules.Base, given.Span, $"cannot give base \"{name}\" to a snap that is a base itself");
        else if (!SnapNames.IsSnapName(name))
            diagnostics.Add(SnapRules.Base, given.Span, $"cannot use \"{name}\" as a base: it is no snap name");
        return given;
    }

    private static ImmutableArray<Located<string>> ReadArchitectures(YamlFields fields, DiagnosticBag diagnostics)
    {
        ImmutableArray<Located<string>> given = fields.List("architectures");
        foreach (Located<string> odd in given.Where(one => !KnownArchitectures.Contains(one.Value)))
        {
            diagnostics.Add(SnapRules.Architecture, odd.Span,
                $"architecture \"{odd.Value}\" is not known: no device will take the snap",
                hint: $"known are {string.Join(", ", KnownArchitectures)}");
        }
        return given.IsEmpty ? [new(SnapDefinition.AllArchitectures, SourceSpan.None)] : given;
    }

    private static string ReadConfinement(YamlFields fields, DiagnosticBag diagnostics)
    {
        if (fields.Text("confinement") is not { Value: { Length: > 0 } confinement } given)
            return "strict";
        if (confinement is not ("strict" or "devmode" or "classic"))
        {
            diagnostics.Add(SnapRules.Confinement, given.Span, $"cannot confine a snap as \"{confinement}\"",
                hint: "choose one of strict, devmode, classic");
        }
        return confinement;
    }

    private static ImmutableArray<Located<string>> ReadHooks(YamlFields fields, DiagnosticBag diagnostics)
    {
        if (fields.Map("hooks") is not { } hooks)
            return [];
        foreach (Located<string> hook in hooks.Keys.Where(hook => !SnapNames.IsHookName(hook.Value)))
            diagnostics.Add(SnapRules.AppName, hook.Span, $"cannot call a hook \"{hook.Value}\"");
        return hooks.Keys;
    }

    private static void CheckLength(YamlFields fields, string key, int lengthMax, DiagnosticBag diagnostics)
    {
        if (fields.Text(key) is not { } text)
            return;
        int length = text.Value.EnumerateRunes().Count();
        if (length > lengthMax)
        {
            diagnostics.Add(SnapRules.TextLength, text.Span,
                $"cannot use a {key} of {length} characters: {lengthMax} are accepted");
        }
    }
}
