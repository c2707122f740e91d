// CS-*: what may differ between a structure on devices and the one that replaces it. 2.57.6 wants sizes, places and
// offsets unchanged as written; since 2.60 it is enough that their ranges meet, and since 2.61 that types share a part.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal sealed record StructureChange(
    PlacedStructure OldPlace, PlacedStructure NewPlace, string Schema, SnapdRelease Release, DiagnosticBag Diagnostics)
{
    private GadgetStructure Old => OldPlace.Structure;

    private GadgetStructure New => NewPlace.Structure;

    private bool IsOldRelease => Release == SnapdRelease.V2576;

    public void Check()
    {
        if (Schema == "gpt")
            CheckText(GadgetRuleList.ChangedName, "name", Old.Name, New.Name);
        if (!SizesMeet())
            Add(GadgetRuleList.ChangedSize, New.Size.Span, "size", Text(Old.Size.Value), Text(New.Size.Value));
        if (IsOldRelease && Old.Offset.Value != New.Offset.Value)
            Add(GadgetRuleList.ChangedOffset, New.Offset.Span, "offset", Text(Old.Offset.Value),
                Text(New.Offset.Value));
        if (OldPlace.Start is { } oldStart && NewPlace.Start is { } newStart && oldStart != newStart)
            Add(GadgetRuleList.ChangedStart, New.Offset.Span, "start",
                oldStart.ToString(CultureInfo.InvariantCulture), newStart.ToString(CultureInfo.InvariantCulture));
        if (IsOldRelease && Old.OffsetWrite.Value != New.OffsetWrite.Value)
            Add(GadgetRuleList.ChangedOffsetWrite, New.OffsetWrite.Span, "offset-write",
                Text(Old.OffsetWrite.Value), Text(New.OffsetWrite.Value));
        if (Old.DecidedRole != New.DecidedRole)
            Add(GadgetRuleList.ChangedRole, New.Role.Span, "role", Old.DecidedRole, New.DecidedRole);
        if (!TypesMeet())
            Add(GadgetRuleList.ChangedType, New.Type.Span, "type", Old.Type.Value, New.Type.Value);
        CheckText(GadgetRuleList.ChangedId, "id", Old.Id, New.Id);
        if ((Old.HasFilesystem || New.HasFilesystem) && Old.Filesystem.Value != New.Filesystem.Value)
            Add(GadgetRuleList.ChangedFilesystem, New.Filesystem.Span, "filesystem", Old.Filesystem.Value,
                New.Filesystem.Value);
        if (New.HasFilesystem && Old.DecidedLabel != New.DecidedLabel)
            Add(GadgetRuleList.ChangedLabel, New.Label.Span, "filesystem-label", Old.DecidedLabel, New.DecidedLabel);
    }

    private bool SizesMeet() => IsOldRelease
        ? Old.Size.Value == New.Size.Value
        : GadgetPlacement.LeastSize(Old) <= (New.Size.Value ?? 0)
            && GadgetPlacement.LeastSize(New) <= (Old.Size.Value ?? 0);

    private bool TypesMeet()
    {
        if (Old.Type.Value == New.Type.Value || (Old.Type.Value == "mbr" && New.DecidedRole == "mbr"))
            return true;
        return !IsOldRelease && Old.Type.Value.Split(',').Intersect(New.Type.Value.Split(',')).Any();
    }

    private void CheckText(Rule rule, string key, Located<string> old, Located<string> next)
    {
        if (old.Value != next.Value)
            Add(rule, next.Span, key, old.Value, next.Value);
    }

    private void Add(Rule rule, SourceSpan place, string key, string old, string next) =>
        Diagnostics.Add(new Diagnostic
        {
            Rule = rule,
            Severity = rule.Severity,
            Path = Diagnostics.Path,
            Span = New.PlaceOf(place),
            Message = $"cannot change the {key} of structure {New.Title} from {Quote(old)} to {Quote(next)}",
            Hint = key == "start" ? "sizes and offsets before it have changed: restore them"
                : old.Length == 0 ? $"leave {key} out, as before" : $"write {key}: {old}",
        });

    private static string Quote(string text) => text.Length == 0 ? "nothing" : $"\"{text}\"";

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Text(GadgetOffsetWrite? place) => place is null ? ""
        : place.RelativeTo.Length == 0 ? Text(place.OffsetBytes) : $"{place.RelativeTo}+{place.OffsetBytes}";
}
