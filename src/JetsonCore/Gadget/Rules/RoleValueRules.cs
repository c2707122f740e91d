// R-KNOWN, R-BARE, R-LEGACY and the rules of the MBR structure (M-*), N-BS: what one structure's role allows. How often
// a role may be used and with which label is in RoleRules.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class RoleValueRules
{
    public const int MbrCodeBytes = 446;
    private const long BootStateBytesMin = 1 << 20;
    private const string BootStateType = "3DE21764-95BD-54BD-A5C3-4ABE786F38A8";

    private static readonly string[] RolesV2576 =
    [
        "mbr", "system-boot", "system-data", "system-seed", "system-save", "system-boot-image", "system-boot-select",
        "system-seed-image", "system-seed-select", "bootimg", "bootselect",
    ];

    private static readonly string[] RolesLatest = [.. RolesV2576, "system-seed-null", "system-boot-state"];

    public static void Check(
        GadgetDefinition gadget, GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        string role = structure.Role.Value;
        if (structure.Type.Value == "bare" && role is not ("" or "mbr"))
        {
            diagnostics.Add(GadgetRuleList.RoleBare, structure.Role.Span,
                $"cannot give structure {structure.Title} the role {role}: its type is bare",
                "a structure with a role is a partition: give it a partition's type");
        }
        if (structure.Type.Value == "mbr" && role is not ("" or "mbr"))
        {
            diagnostics.Add(GadgetRuleList.RoleLegacy, structure.Role.Span,
                $"cannot give structure {structure.Title} the role {role}: its type is mbr", "remove the role");
        }
        string[] known = gadget.Release == SnapdRelease.Latest ? RolesLatest : RolesV2576;
        if (role == "mbr" || structure.Type.Value == "mbr")
            CheckMbr(structure, diagnostics);
        else if (role == "system-boot-state" && gadget.Release == SnapdRelease.Latest)
            CheckBootState(volume, structure, diagnostics);
        else if (role.Length > 0 && !known.Contains(role))
            diagnostics.Add(GadgetRuleList.RoleKnown, structure.Role.Span,
                $"cannot give structure {structure.Title} the role \"{role}\": snapd does not know it",
                Spelling.Nearest(role, known) is { } meant ? $"did you mean {meant}?"
                    : $"known roles: {string.Join(", ", known)}",
                KnownValues.Fix(structure.Role, known));
    }

    private static void CheckMbr(GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (structure.Size.Value is > MbrCodeBytes and long size)
        {
            diagnostics.Add(GadgetRuleList.MbrSize, structure.Size.Span,
                $"cannot fit structure {structure.Title} of {size} bytes into the MBR: it has room for {MbrCodeBytes}",
                "the partition table begins behind them; write size: 440 or 446");
        }
        if (structure.Offset.Value is { } offset and not 0)
        {
            diagnostics.Add(GadgetRuleList.MbrOffset, structure.Offset.Span,
                $"cannot place structure {structure.Title} at {offset}: the MBR lies at 0", "remove the offset");
        }
        if (structure.Id.Value.Length > 0)
        {
            diagnostics.Add(GadgetRuleList.MbrId, structure.Id.Span,
                $"cannot give structure {structure.Title} an id: the MBR is no partition", "remove the id");
        }
        if (structure.HasFilesystem)
        {
            diagnostics.Add(GadgetRuleList.MbrFilesystem, structure.Filesystem.Span,
                $"cannot make a file system {structure.Filesystem.Value} in structure {structure.Title}: "
                    + $"the MBR has {MbrCodeBytes} bytes",
                "remove filesystem");
        }
    }

    private static void CheckBootState(GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        (SourceSpan Place, string Reason)? fault = structure switch
        {
            { Offset.Span.IsKnown: false } => (structure.Role.Span, "its offset must be written"),
            { HasFilesystem: true } => (structure.Filesystem.Span, "it has no file system"),
            { Size.Value: > 0 and < BootStateBytesMin } => (structure.Size.Span,
                $"it has {structure.Size.Value} bytes, and at least {BootStateBytesMin} are needed"),
            { MinSize.Value: > 0 } when structure.MinSize.Value != structure.Size.Value => (structure.MinSize.Span,
                $"its min-size {structure.MinSize.Value} differs from its size {structure.Size.Value}"),
            _ when !structure.Type.Value.Equals(BootStateType, StringComparison.OrdinalIgnoreCase) =>
                (structure.PlaceOf(structure.Type.Span),
                    $"its type is \"{structure.Type.Value}\", not {BootStateType}"),
            _ => null,
        };
        if (fault is { } found)
        {
            diagnostics.Add(GadgetRuleList.BootState, found.Place,
                $"cannot use structure {structure.Title} of volume \"{volume.Name.Value}\" as system-boot-state: "
                    + $"{found.Reason}",
                $"give it an offset, a size of 1M or more, type {BootStateType} and no filesystem");
        }
    }
}
