// Reads meta/snap.yaml and judges it as snapd does; all findings come at once.
// Spec and peer: snapd snap/info_snap_yaml.go (kinds), snap/validate.go (rules).
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Snaps;

/// <summary>Reads snap.yaml.</summary>
internal static class SnapYaml
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
            SnapYamlReader.Read(text, findings) is { } document ? Judge(document, findings) : null;
        return findings.HasErrors ? null : snap;
    }

    /// <summary>Whether there are snaps of this type.</summary>
    internal static bool IsType(string text) => TypeOf(text) is not null;

    private static SnapDefinition Judge(SnapYamlDocument document, DiagnosticBag diagnostics)
    {
        bool isWhole = !diagnostics.HasErrors;      // what could not be read is not missing
        Located<string> name = document.Text("name");
        if (name.Value.Length == 0 && isWhole)
            diagnostics.Add(SnapRules.Name, name.Span, "cannot use the snap: it has no name");
        else if (name.Value.Length > 0 && !SnapNames.IsSnapName(name.Value))
        {
            diagnostics.Add(SnapRules.Name, name.Span, $"cannot call a snap \"{YamlDecoder.Shorten(name.Value)}\"",
                hint: "use 2 to 40 lower-case letters, digits and single inner dashes, with at least one letter");
        }
        Located<string> type = document.Text("type");
        SnapType snapType = name.Value == "snapd" ? SnapType.Snapd : TypeOf(type.Value) ?? SnapType.App;
        CheckLength(document.Text("title"), "title", TitleLengthMax, diagnostics);
        CheckLength(document.Text("description"), "description", DescriptionLengthMax, diagnostics);
        if (isWhole || document.Text("version").Span.IsKnown)
            CheckVersion(document.Text("version"), diagnostics);
        SnapAppRules.Check(document, diagnostics);
        SnapConnectionRules.Check(document, diagnostics);
        CheckBase(document, snapType, diagnostics);
        SnapLayoutRules.Check(document, diagnostics);
        Located<string> runtime = document.Text("base");
        return new()
        {
            Name = name,
            Version = document.Text("version"),
            Type = new(snapType, type.Span),
            RuntimeBase = runtime.Value is "" or "none" ? null : runtime,
            HasNoBase = runtime.Value == "none",
            Architectures = ReadArchitectures(document, diagnostics),
            Confinement = document.Text("confinement").Value is { Length: > 0 } confinement ? confinement : "strict",
            Title = document.Text("title").Value,
            Summary = document.Text("summary").Value,
            License = document.Text("license").Value,
            Provenance = document.Text("provenance").Value is { Length: > 0 } provenance
                ? provenance : AssertionType.DefaultProvenance,
            Contact = SnapReferences.Contact(document),
            DefaultProviders = SnapReferences.DefaultProviders(document),
            Apps = SnapAppsYaml.Read(document),
            Hooks = [.. document.Hooks.Values.Select(hook => hook.Name)],
        };
    }

    private static SnapType? TypeOf(string text) => text switch
    {
        "app" or "application" => SnapType.App,
        "gadget" => SnapType.Gadget,
        "kernel" => SnapType.Kernel,
        "base" => SnapType.Base,
        "os" => SnapType.Os,
        "snapd" => SnapType.Snapd,
        _ => null,
    };

    private static void CheckVersion(Located<string> version, DiagnosticBag diagnostics)
    {
        if (!SnapNames.IsVersion(version.Value))
        {
            diagnostics.Add(SnapRules.Version, version.Span,
                $"cannot use \"{YamlDecoder.Shorten(version.Value)}\" as a snap's version",
                hint: "use up to 32 letters, digits and \":.+~-\", with a letter or digit first and no \":.-\" last");
        }
    }

    private static void CheckBase(SnapYamlDocument document, SnapType type, DiagnosticBag diagnostics)
    {
        Located<string> given = document.Text("base");
        if (given.Value.Length == 0)
            return;
        string[] parts = given.Value.Split('_', 2);
        if (given.Value == "none" && document.Apps.Count + document.Hooks.Count > 0)
            diagnostics.Add(SnapRules.Base, given.Span, "cannot run apps or hooks with base \"none\"");
        else if (given.Value != "none" && type is SnapType.Os or SnapType.Base)
        {
            diagnostics.Add(SnapRules.Base, given.Span,
                $"cannot give base \"{given.Value}\" to a snap that is a base itself");
        }
        else if (parts is [_, { Length: > 0 }] || !SnapNames.IsSnapName(parts[0]))
            diagnostics.Add(SnapRules.Base, given.Span, $"cannot use \"{given.Value}\" as a base: it is no snap name");
    }

    private static ImmutableArray<Located<string>> ReadArchitectures(
        SnapYamlDocument document, DiagnosticBag diagnostics)
    {
        ImmutableArray<Located<string>> given = document.List("architectures");
        foreach (Located<string> odd in given.Where(one => !KnownArchitectures.Contains(one.Value)))
        {
            bool isWord = odd.Value.Length > 0
                && odd.Value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
                && odd.Value[0] != '.';
            diagnostics.Add(isWord ? SnapRules.Architecture : SnapRules.FileName, odd.Span, isWord
                ? $"architecture \"{odd.Value}\" is not known: no device will take the snap"
                : $"cannot use \"{YamlDecoder.Shorten(odd.Value)}\" as an architecture: it becomes part of file names",
                hint: $"known are {string.Join(", ", KnownArchitectures)}");
        }
        return given.IsEmpty ? [new(SnapDefinition.AllArchitectures, SourceSpan.None)] : given;
    }

    private static void CheckLength(Located<string> text, string key, int lengthMax, DiagnosticBag diagnostics)
    {
        int length = text.Value.EnumerateRunes().Count();
        if (length > lengthMax)
        {
            diagnostics.Add(SnapRules.TextLength, text.Span,
                $"cannot use a {key} of {length} characters: {lengthMax} are accepted");
        }
    }
}
