// The header "snaps" of models for Ubuntu Core 20 and later, with grade and storage-safety.
//
//   grade: signed
//   snaps:
//     -
//       name: pc
//       type: gadget
//       id: UqFziVZDHLSyO3TqSWgNBoAdHbLI4dAH
//       default-channel: 20/stable
//
// Spec and peer: snapd asserts/model.go (checkExtendedSnaps, checkModelSnap).
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Assertions;

internal sealed class ModelSnapsReader
{
    public const string Dangerous = "dangerous";

    private const string Signed = "signed", Secured = "secured", Encrypted = "encrypted";

    private static readonly ImmutableArray<string> SnapTypes = ["app", "base", "gadget", "kernel", "core", "snapd"];
    private static readonly ImmutableArray<string> Risks = ["stable", "candidate", "beta", "edge"];

    private readonly Located<string>? _bootBase;
    private readonly DiagnosticBag _diagnostics;
    private readonly string _grade;
    private readonly Dictionary<string, ModelSnap> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelSnap> _byId = new(StringComparer.Ordinal);
    private readonly List<ModelSnap> _snaps = [];

    private readonly bool _isClassic;

    private ModelSnapsReader(Located<string>? bootBase, string grade, bool isClassic, DiagnosticBag diagnostics) =>
        (_bootBase, _grade, _isClassic, _diagnostics) = (bootBase, grade, isClassic, diagnostics);

    /// <summary>Reads "snaps", "grade" and "storage-safety".</summary>
    public static ModelContents Read(
        AssertionHeaders headers, Located<string>? bootBase, bool isClassic, DiagnosticBag diagnostics)
    {
        var check = new HeaderCheck(headers, diagnostics);
        string grade = check.OptionalChoice("grade", AssertionRules.ModelGrade, Dangerous, Signed, Secured) ?? Signed;
        string? safety = check.OptionalChoice(
            "storage-safety", AssertionRules.ModelGrade, Encrypted, "prefer-encrypted", "prefer-unencrypted");
        if (grade == Secured && safety is not (null or Encrypted))
        {
            diagnostics.Add(AssertionRules.ModelGrade, headers.SpanOf("storage-safety"),
                $"cannot use \"{safety}\" as \"storage-safety\" with grade \"{Secured}\": "
                    + $"only \"{Encrypted}\" goes with it");
        }
        var reader = new ModelSnapsReader(bootBase, grade, isClassic, diagnostics);
        reader.ReadEntries(headers);
        return new()
        {
            Gadget = reader.Only("gadget", headers),
            Kernel = reader.Only("kernel", headers),
            Snapd = reader._snaps.Find(snap => snap.Type == "snapd"),
            BaseSnap = reader._snaps.Find(snap => snap.Name == bootBase?.Value) ?? WellKnownSnaps.Base(bootBase),
            Others = [.. reader._snaps.Where(snap => !reader.IsEssential(snap.Name, snap.Type))],
            Grade = grade,
        };
    }

    private bool IsEssential(string name, string? type) =>
        type is "snapd" or "kernel" or "gadget" || name == _bootBase?.Value;

    private void ReadEntries(AssertionHeaders headers)
    {
        if (headers["snaps"] is not HeaderValue.Items { Values: var entries })
        {
            _diagnostics.Add(AssertionRules.ModelSnaps, headers.SpanOf("snaps"),
                "cannot use \"snaps\": it must be a list of maps");
            return;
        }
        foreach (HeaderValue entry in entries)
        {
            if (entry is HeaderValue.Entries { Values: var values })
                ReadEntry(values, entry.Span);
            else
            {
                _diagnostics.Add(AssertionRules.ModelSnaps, entry.Span,
                    "cannot take an entry of \"snaps\" that is no map");
            }
        }
        CheckBootBase(headers);
    }

    private void ReadEntry(AssertionHeaders values, SourceSpan span)
    {
        string? name = new HeaderCheck(values, _diagnostics, "an entry of \"snaps\"").RequireText("name");
        if (name is null)
            return;
        if (!SnapNames.IsSnapName(name))
        {
            _diagnostics.Add(AssertionRules.ModelNames, values.SpanOf("name"),
                $"cannot use \"{name}\" in \"snaps\": it is no snap name");
        }
        var check = new HeaderCheck(values, _diagnostics, $"snap \"{name}\"");
        string type = check.OptionalChoice("type", AssertionRules.ModelSnaps, [.. SnapTypes]) ?? "app";
        string? presence = check.OptionalChoice("presence", AssertionRules.ModelSnaps, "required", "optional");
        ImmutableArray<Located<string>> modes =
            check.OptionalList("modes", AssertionNames.IsSnapMode, AssertionRules.ModelSnaps);
        bool isEssential = IsEssential(name, type);
        if (isEssential && (presence is not null || !modes.IsEmpty))
        {
            _diagnostics.Add(AssertionRules.ModelSnaps, span,
                $"cannot give \"presence\" or \"modes\" for \"{name}\": it is always there");
        }
        if (name == _bootBase?.Value && type != "base")
        {
            _diagnostics.Add(AssertionRules.ModelEssentials, span,
                $"cannot boot \"{name}\" as type \"{type}\": a boot base has type \"base\"");
        }
        bool isClassic = ReadClassic(check, name, type, span);
        ImmutableArray<string> decided =
            isEssential ? ModelSnap.EssentialModes : modes.IsEmpty ? ["run"] : [.. modes.Select(mode => mode.Value)];
        Add(new()
        {
            Name = name,
            Type = type,
            Id = ReadId(values, check, name, span),
            DefaultChannel = ReadChannel(values, check, name),
            IsClassic = isClassic,
            IsOptional = presence == "optional",
            Modes = decided,
            Components = ModelComponents.Read(values, name, decided, _diagnostics),
            Span = span,
        });
    }

    private bool ReadClassic(HeaderCheck check, string name, string type, SourceSpan span)
    {
        bool isClassic = check.OptionalChoice("classic", AssertionRules.ModelSnaps, "true", "false") == "true";
        if (isClassic && (!_isClassic || type != "app"))
        {
            _diagnostics.Add(AssertionRules.ModelClassicSnap, span,
                $"cannot take \"{name}\" as a classic snap: {(
                    _isClassic ? $"it has type \"{type}\"" : "the model is not classic")}",
                hint: "classic snaps are apps of classic models");
        }
        return isClassic;
    }

    private string? ReadId(AssertionHeaders values, HeaderCheck check, string name, SourceSpan span)
    {
        string? id = check.OptionalText("id");
        if (id is null && values["id"] is null && _grade != Dangerous)
        {
            _diagnostics.Add(AssertionRules.ModelSnaps, span,
                $"cannot leave out \"id\" of snap \"{name}\" with grade \"{_grade}\"",
                hint: $"give the snap's id, or grade \"{Dangerous}\"");
        }
        if (id is not null && !AssertionNames.IsSnapId(id))
        {
            _diagnostics.Add(AssertionRules.ModelSnaps, values.SpanOf("id"),
                $"cannot use \"{id}\" as \"id\" of snap \"{name}\": an id has 32 letters and digits");
        }
        return id;
    }

    private string ReadChannel(AssertionHeaders values, HeaderCheck check, string name)
    {
        string channel = check.OptionalText("default-channel") is { Length: > 0 } given ? given : "latest/stable";
        string[] parts = channel.Split('/');
        bool isRiskOnly = Risks.Contains(parts[0]);
        if (parts.Length > 3 || parts.Contains("") || isRiskOnly || (parts.Length > 1 && !Risks.Contains(parts[1])))
        {
            _diagnostics.Add(AssertionRules.ModelChannel, values.SpanOf("default-channel"),
                $"cannot use \"{channel}\" as \"default-channel\" of snap \"{name}\": it must be a track and a risk",
                hint: "write it like latest/stable");
        }
        return channel;
    }

    private void Add(ModelSnap snap)
    {
        if (!_byName.TryAdd(snap.Name, snap))
            _diagnostics.Add(AssertionRules.ModelSnaps, snap.Span, $"cannot list the snap \"{snap.Name}\" twice");
        if (snap.Id is { } id && !_byId.TryAdd(id, snap) && _byId[id].Name != snap.Name)
        {
            _diagnostics.Add(AssertionRules.ModelSnaps, snap.Span,
                $"cannot give the id \"{id}\" to \"{snap.Name}\": \"{_byId[id].Name}\" has it");
        }
        _snaps.Add(snap);
    }

    private ModelSnap? Only(string type, AssertionHeaders headers)
    {
        ModelSnap[] found = [.. _snaps.Where(snap => snap.Type == type)];
        if (found is [])
        {
            _diagnostics.Add(AssertionRules.ModelEssentials, headers.SpanOf("snaps"),
                $"cannot do without a {type}: no entry of \"snaps\" has that type");
        }
        foreach (ModelSnap extra in found.Skip(1))
        {
            _diagnostics.Add(AssertionRules.ModelEssentials, extra.Span,
                $"cannot have two snaps of type \"{type}\": \"{found[0].Name}\" and \"{extra.Name}\"");
        }
        return found.FirstOrDefault();
    }

    private void CheckBootBase(AssertionHeaders headers)
    {
        ModelSnap[] snapds = [.. _snaps.Where(snap => snap.Type == "snapd")];
        foreach (ModelSnap extra in snapds.Skip(1))
        {
            _diagnostics.Add(AssertionRules.ModelEssentials, extra.Span,
                $"cannot have two snaps of type \"snapd\": \"{snapds[0].Name}\" and \"{extra.Name}\"");
        }
        if (_bootBase is { Value: var name } && !_byName.ContainsKey(name) && WellKnownSnaps.IdOf(name) is null
            && _grade != Dangerous)
            _diagnostics.Add(AssertionRules.ModelEssentials, headers.SpanOf("base"),
                $"cannot boot \"{name}\" without an entry in \"snaps\": it is no well-known base",
                hint: $"add an entry with its id, or choose one of {string.Join(", ", WellKnownSnaps.Bases)}");
    }
}
