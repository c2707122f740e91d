// The beginnings of attribute names that ext4 stores as a number.
// Spec: Linux Documentation/filesystems/ext4/attributes.rst, "attribute name index".
using System.Collections.Immutable;

namespace JetsonCore.Formats.Ext4;

/// <summary>Splits and joins names of extended attributes.</summary>
internal static class AttributeName
{
    public const byte AccessAcl = 2, DefaultAcl = 3;

    // Whole names come before the beginnings that they share.
    private static readonly ImmutableArray<(byte Prefix, string Text)> Prefixes =
    [
        (AccessAcl, "system.posix_acl_access"), (DefaultAcl, "system.posix_acl_default"), (8, "system.richacl"),
        (1, "user."), (4, "trusted."), (6, "security."), (7, "system."),
    ];

    /// <summary>The number for the beginning of a name, and the rest.</summary>
    public static (byte Prefix, string Suffix) Split(string name)
    {
        foreach ((byte prefix, string text) in Prefixes)
        {
            if (name.StartsWith(text, StringComparison.Ordinal) && (text[^1] == '.' || name.Length == text.Length))
                return (prefix, name[text.Length..]);
        }
        return (0, name);
    }

    /// <summary>The whole name, or null if the number is unknown.</summary>
    public static string? Join(byte prefix, string suffix)
    {
        if (prefix == 0)
            return suffix;
        foreach ((byte known, string text) in Prefixes)
        {
            if (known == prefix)
                return text + suffix;
        }
        return null;
    }
}
