// T-*: what a structure's type may be.
//
//   bare | mbr | EF | C12A7328-F81F-11D2-BA4B-00A0C93EC93B | EF,C12A7328-F81F-11D2-BA4B-00A0C93EC93B
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class TypeRules
{
    private const int GuidLength = 36;
    private const string Forms = "write bare, two upper-case hex digits (83), a GUID, or both as 83,GUID";

    public static void Check(GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        string type = structure.Type.Value;
        if (type.Length == 0)
        {
            if (!structure.Unreadable.Contains("type"))
            {
                diagnostics.Add(GadgetRuleList.TypeMissing, structure.PlaceOf(structure.Type.Span),
                    $"cannot use structure {structure.Title}: it has no type",
                    "add type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4 for Linux data on a GPT, or bare for raw bytes");
            }
            return;
        }
        if (type is "bare" or "mbr")
            return;
        if (type.Contains(',', StringComparison.Ordinal))
            CheckHybrid(structure, diagnostics);
        else if (IsHexByte(type))
            CheckHexByte(volume, structure, diagnostics);
        else if (IsGuid(type))
            CheckGuid(volume, structure, diagnostics);
        else
            diagnostics.Add(GadgetRuleList.TypeForm, structure.Type.Span,
                $"cannot use type \"{type}\" of structure {structure.Title}: {WhyNot(type)}", Forms);
    }

    /// <summary>Two upper-case hex digits.</summary>
    public static bool IsHexByte(ReadOnlySpan<char> text) =>
        text.Length == 2 && char.IsAsciiHexDigitUpper(text[0]) && char.IsAsciiHexDigitUpper(text[1]);

    /// <summary>8-4-4-4-12 hex digits of any case.</summary>
    public static bool IsGuid(ReadOnlySpan<char> text)
    {
        if (text.Length != GuidLength)
            return false;
        for (int index = 0; index < text.Length; index++)
        {
            bool isDash = index is 8 or 13 or 18 or 23;
            if (isDash ? text[index] != '-' : !char.IsAsciiHexDigit(text[index]))
                return false;
        }
        return true;
    }

    private static void CheckHybrid(GadgetStructure structure, DiagnosticBag diagnostics)
    {
        string type = structure.Type.Value;
        int comma = type.IndexOf(',', StringComparison.Ordinal);
        if (IsHexByte(type.AsSpan(0, comma)) && IsGuid(type.AsSpan(comma + 1)))
            return;
        diagnostics.Add(GadgetRuleList.TypeHybrid, structure.Type.Span,
            $"cannot use type \"{type}\" of structure {structure.Title}: "
                + (IsHexByte(type.AsSpan(0, comma)) ? $"\"{type[(comma + 1)..]}\" is no GUID"
                    : $"\"{type[..comma]}\" is not two upper-case hex digits"),
            "write it as 83,0FC63DAF-8483-4772-8E79-3D69D8477DE4, without blanks");
    }

    /// <summary>A hex byte alone needs a DOS table; with an open or another schema snapd refuses it.</summary>
    private static void CheckHexByte(GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (volume.DecidedSchema == "mbr")
            return;
        diagnostics.Add(GadgetRuleList.TypeHex, structure.Type.Span,
            $"cannot use type \"{structure.Type.Value}\" of structure {structure.Title}: the volume's schema is "
                + $"{SchemaName(volume)}, not mbr",
            "write schema: mbr in the volume, or a GUID as type (or both, as 83,GUID)");
    }

    private static void CheckGuid(GadgetVolume volume, GadgetStructure structure, DiagnosticBag diagnostics)
    {
        if (volume.DecidedSchema == "gpt")
            return;
        diagnostics.Add(GadgetRuleList.TypeGuid, structure.Type.Span,
            $"cannot use a GUID as type of structure {structure.Title}: the volume's schema is "
                + $"{SchemaName(volume)}, not gpt",
            "write schema: gpt in the volume, or two hex digits as type (or both, as 83,GUID)");
    }

    private static string SchemaName(GadgetVolume volume) =>
        volume.DecidedSchema.Length == 0 ? "open (partial)" : volume.DecidedSchema;

    private static string WhyNot(string type)
    {
        if (type.Length == 2 && char.IsAsciiHexDigit(type[0]) && char.IsAsciiHexDigit(type[1]))
            return "hex digits are written in upper case";
        if (type.Length == GuidLength + 2 && type[0] is '{')
            return "a GUID is written without braces";
        if (type.Length is > 30 and < 42 && type.Contains('-', StringComparison.Ordinal))
            return $"a GUID has 8-4-4-4-12 hex digits, {GuidLength} characters in all, not {type.Length}";
        return "it is neither bare nor two hex digits nor a GUID";
    }
}
