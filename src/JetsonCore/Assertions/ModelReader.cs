// Reads the headers of a model: what both generations share, and the form of Ubuntu Core 16 and 18. The entries of
// "snaps" (Ubuntu Core 20 and later) are ModelSnapsReader's. All findings of one model are reported together.
// Spec and peer: snapd asserts/model.go.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

/// <summary>Reads and checks models.</summary>
public static class ModelReader
{
    private static readonly ImmutableArray<string> OldHeaders = ["gadget", "kernel", "required-snaps"];
    private static readonly ImmutableArray<string> Risks = ["stable", "candidate", "beta", "edge"];

    /// <summary>Reads the headers of a model.</summary>
    /// <returns>The model, or null where findings forbid it.</returns>
    public static ModelDefinition? Read(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag findings = diagnostics.Part();
        ModelDefinition? model = ReadInto(headers, findings);
        return findings.HasErrors ? null : model;
    }

    private static ModelDefinition? ReadInto(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        var check = new HeaderCheck(headers, diagnostics);
        string? brand = CheckIdentity(headers, check, diagnostics);
        bool isClassic = check.OptionalChoice("classic", AssertionRules.ModelClassic, "true", "false") == "true";
        bool hasSnaps = headers["snaps"] is not null;
        CheckGenerations(headers, hasSnaps, isClassic, diagnostics);
        if (isClassic && hasSnaps && check.RequireText("distribution") is { } distribution
            && !AssertionNames.IsDistribution(distribution))
        {
            diagnostics.Add(AssertionRules.ModelClassic, headers.SpanOf("distribution"),
                $"cannot use \"{distribution}\" as \"distribution\": it is no ID of os-release",
                hint: "an ID has lower-case letters, digits and \"._-\", as in /etc/os-release");
        }

        string? architecture =
            isClassic && !hasSnaps ? check.OptionalText("architecture") ?? "" : check.RequireText("architecture");
        Located<string>? bootBase = ReadBase(headers, check, mandatory: hasSnaps, diagnostics);
        CheckAuthorities(headers, check);
        ImmutableArray<ModelValidationSet> sets = ModelValidationSets.Read(headers, brand, diagnostics);
        DateTimeOffset? timestamp = check.RequireTime("timestamp");
        ModelContents contents = hasSnaps
            ? ModelSnapsReader.Read(headers, bootBase, isClassic, diagnostics)
            : ReadOldContents(headers, check, isClassic, diagnostics);
        if (brand is null || architecture is null || timestamp is null)
            return null;
        return new()
        {
            Series = headers.Text("series") ?? "",
            BrandId = brand,
            Name = headers.Text("model") ?? "",
            DisplayName = check.OptionalText("display-name"),
            Architecture = architecture,
            BootBase = bootBase,
            Gadget = contents.Gadget,
            Kernel = contents.Kernel,
            Snapd = contents.Snapd,
            BaseSnap = contents.BaseSnap,
            OtherSnaps = contents.Others,
            HasSnapsHeader = hasSnaps,
            Grade = contents.Grade,
            ValidationSets = sets,
            IsClassic = isClassic,
            Store = check.OptionalText("store"),
            Timestamp = timestamp.Value,
        };
    }

    private static string? CheckIdentity(AssertionHeaders headers, HeaderCheck check, DiagnosticBag diagnostics)
    {
        if (check.RequireText("series") is { } series && series != "16")
        {
            diagnostics.Add(AssertionRules.ModelSeries, headers.SpanOf("series"),
                $"cannot use \"{series}\" as \"series\": there is only \"16\"");
        }
        string? brand = check.RequireText("brand-id");
        if (brand is not null && !AssertionNames.IsAccountId(brand))
        {
            diagnostics.Add(AssertionRules.ModelNames, headers.SpanOf("brand-id"),
                $"cannot use \"{brand}\" as \"brand-id\": it is no account id",
                hint: "an account id has 32 letters and digits, or 2 to 28 lower-case letters, digits and dashes");
        }
        if (brand is not null && headers.Text("authority-id") is { } authority && authority != brand)
        {
            diagnostics.Add(AssertionRules.ModelAuthority, headers.SpanOf("authority-id"),
                $"cannot let \"{authority}\" speak for brand \"{brand}\": "
                    + "\"authority-id\" and \"brand-id\" must be equal");
        }
        if (check.RequireText("model") is { } name && !AssertionNames.IsModelName(name))
        {
            diagnostics.Add(AssertionRules.ModelNames, headers.SpanOf("model"), $"cannot call a model \"{name}\"",
                hint: "use lower-case letters, digits and single inner dashes");
        }
        return brand;
    }

    private static void CheckGenerations(
        AssertionHeaders headers, bool hasSnaps, bool isClassic, DiagnosticBag diagnostics)
    {
        ImmutableArray<string> misplaced = (hasSnaps, isClassic) switch
        {
            (true, true) => OldHeaders,
            (true, false) => [.. OldHeaders, "distribution"],
            (false, true) => ["grade", "storage-safety", "distribution", "kernel", "base"],
            (false, false) => ["grade", "storage-safety", "distribution"],
        };
        string kind = (isClassic ? "classic " : "") + (hasSnaps ? "model with \"snaps\"" : "model without \"snaps\"");
        foreach (string name in misplaced.Where(name => headers[name] is not null))
            diagnostics.Add(AssertionRules.ModelConflict, headers.SpanOf(name), $"cannot give \"{name}\" in a {kind}");
    }

    private static Located<string>? ReadBase(
        AssertionHeaders headers, HeaderCheck check, bool mandatory, DiagnosticBag diagnostics)
    {
        string? name = mandatory ? check.RequireText("base") : check.OptionalText("base");
        if (name is null or "")
            return null;
        CheckSnapName(name, "base", headers.SpanOf("base"), diagnostics);
        return new(name, headers.SpanOf("base"));
    }

    private static void CheckAuthorities(AssertionHeaders headers, HeaderCheck check)
    {
        check.OptionalList("serial-authority", AssertionNames.IsAccountId, AssertionRules.ModelLists);
        check.OptionalList("preseed-authority", AssertionNames.IsAccountId, AssertionRules.ModelLists);
        if (headers.Text("system-user-authority") is not "*")
            check.OptionalList("system-user-authority", AssertionNames.IsAccountId, AssertionRules.ModelLists);
    }

    private static ModelContents ReadOldContents(
        AssertionHeaders headers, HeaderCheck check, bool isClassic, DiagnosticBag diagnostics) => new()
        {
            Gadget = ReadPinned("gadget", headers, check, mandatory: !isClassic, diagnostics),
            Kernel = isClassic ? null : ReadPinned("kernel", headers, check, mandatory: true, diagnostics),
            Others =
            [
                .. check.OptionalList("required-snaps", SnapNames.IsSnapName, AssertionRules.ModelLists)
                    .Select(snap => new ModelSnap { Name = snap.Value, Span = snap.Span }),
            ],
        };

    private static ModelSnap? ReadPinned(
        string type, AssertionHeaders headers, HeaderCheck check, bool mandatory, DiagnosticBag diagnostics)
    {
        string? text = mandatory ? check.RequireText(type) : check.OptionalText(type);
        if (text is null)
            return null;
        SourceSpan span = headers.SpanOf(type);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        string? track = equals < 0 ? null : text[(equals + 1)..];
        CheckSnapName(name, type, span, diagnostics);
        if (track is not null && (track.Contains('/', StringComparison.Ordinal) || Risks.Contains(track)))
        {
            diagnostics.Add(AssertionRules.ModelTrack, span,
                $"cannot pin \"{name}\" to \"{track}\": it must be the name of a track alone",
                hint: $"write \"{name}=18\" for the track 18, and leave the risk out");
        }
        return new() { Name = name, Type = type, Track = track, Span = span };
    }

    private static void CheckSnapName(string name, string header, SourceSpan span, DiagnosticBag diagnostics)
    {
        if (!SnapNames.IsSnapName(name))
        {
            diagnostics.Add(AssertionRules.ModelNames, span,
                $"cannot use \"{name}\" as \"{header}\": it is no snap name");
        }
    }
}
