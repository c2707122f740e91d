// Access control lists as pax records say them, SCHILY.acl.access and SCHILY.acl.default, and as system calls show them
// (see ../Ext4/PosixAcl.cs for those bytes):
//
//   user::rw-,user:lisa:r--:1000,user:1001:rw-,group::r--,mask::rw-,other::---
//
// Entries are separated by commas or line breaks; a name has its number behind the permissions (star, bsdtar), or none
// (GNU tar). We write numbers only, in the order that Linux wants: every tar reads them.
// Spec: star(5), "SCHILY.acl.access"; acl(5), "ACL TEXT FORMS"; include/uapi/linux/posix_acl_xattr.h: facts only.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Trees;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Tar;

/// <summary>Turns access control lists from the one form into the other.</summary>
internal static class TarAcl
{
    public const string AccessKey = "SCHILY.acl.access", DefaultKey = "SCHILY.acl.default";
    public const string AccessName = "system.posix_acl_access", DefaultName = "system.posix_acl_default";

    private const uint ShownVersion = 2;
    private const int HeaderLength = 4, EntryLength = 8, EntriesMax = 8191;       // what 64 KiB of an attribute hold
    private const ushort Owner = 1, NamedUser = 2, OwningGroup = 4, NamedGroup = 8, Mask = 16, Other = 32;
    private const uint NoId = uint.MaxValue;

    private static readonly (ushort Tag, string Text)[] Tags =
    [
        (Owner, "user::"), (NamedUser, "user:"), (OwningGroup, "group::"), (NamedGroup, "group:"), (Mask, "mask::"),
        (Other, "other::"),
    ];

    /// <summary>The keys, and the attributes that they stand for.</summary>
    public static readonly ImmutableArray<(string Key, string Attribute)> Keys =
        [(AccessKey, AccessName), (DefaultKey, DefaultName)];

    /// <summary>The key for an attribute that is a list; null for others.</summary>
    public static string? KeyOf(string attribute) => Keys.FirstOrDefault(pair => pair.Attribute == attribute).Key;

    /// <summary>The text of a shown list; null for what is none.</summary>
    public static string? Encode(ReadOnlySpan<byte> shown)
    {
        if (shown.Length < HeaderLength || ReadUInt32LittleEndian(shown) != ShownVersion
            || (shown.Length - HeaderLength) % EntryLength != 0)
            return null;
        var text = new StringBuilder();
        for (ReadOnlySpan<byte> rest = shown[HeaderLength..]; !rest.IsEmpty; rest = rest[EntryLength..])
        {
            ushort tag = ReadUInt16LittleEndian(rest), permissions = ReadUInt16LittleEndian(rest[2..]);
            int known = Array.FindIndex(Tags, pair => pair.Tag == tag);
            if (known < 0 || permissions > 7)
                return null;
            text.Append(text.Length > 0 ? "," : "").Append(Tags[known].Text);
            if (tag is NamedUser or NamedGroup)
                text.Append(CultureInfo.InvariantCulture, $"{ReadUInt32LittleEndian(rest[4..])}:");
            text.Append((permissions & 4) != 0 ? 'r' : '-').Append((permissions & 2) != 0 ? 'w' : '-')
                .Append((permissions & 1) != 0 ? 'x' : '-');
        }
        return text.ToString();
    }

    /// <summary>
    /// The shown list of a text, or why there is none. One of the three entries that every file has is no more than its
    /// mode, and nothing.
    /// </summary>
    /// <param name="text">The record's value.</param>
    /// <param name="owners">Numbers by names.</param>
    public static (byte[]? Shown, string? Problem) Decode(byte[] text, TarOwners owners)
    {
        var entries = new SortedDictionary<(ushort Tag, uint Id), ushort>();
        foreach (string line in NodeName.Decode(text).Split(',', '\n'))
        {
            string entry = line.Split('#')[0].Trim();
            if (entry.Length == 0)
                continue;
            if (Entry(entry, owners) is not { } read)
                return (null, $"\"{entry}\" names nobody whose number is known");
            if (read.Permissions < 0 || !entries.TryAdd((read.Tag, read.Id), (ushort)read.Permissions))
                return (null, $"\"{entry}\" is no entry of a list");
            if (entries.Count > EntriesMax)
                return (null, $"it has more than {EntriesMax} entries");
        }
        return entries.Count == 0 ? (null, null) : (Shown(entries), null);
    }

    /// <summary>Whether a list says no more than a mode.</summary>
    public static bool IsMode(byte[] shown) => shown.Length <= HeaderLength + 3 * EntryLength;

    /// <summary>An entry; permissions below 0: it is none; null: its name has no number.</summary>
    private static (ushort Tag, uint Id, int Permissions)? Entry(string entry, TarOwners owners)
    {
        string[] parts = [.. entry.Split(':').Select(part => part.Trim())];
        if (parts is ["default" or "d", ..])
            parts = parts[1..];
        if (parts is ["mask" or "m" or "other" or "o", _])
            parts = [parts[0], "", parts[1]];                   // the short form of acl(5)
        if (parts.Length is not (3 or 4))
            return (0, NoId, -1);
        (string kind, string name, string permissions) = (parts[0], parts[1], parts[2]);
        bool isNamed = name.Length > 0;
        ushort tag = kind switch
        {
            "user" or "u" => isNamed ? NamedUser : Owner,
            "group" or "g" => isNamed ? NamedGroup : OwningGroup,
            "mask" or "m" when !isNamed => Mask,
            "other" or "o" when !isNamed => Other,
            _ => 0,
        };
        if (tag is 0)
            return (0, NoId, -1);
        if (!isNamed)
            return (tag, NoId, Permissions(permissions));
        string number = parts.Length == 4 ? parts[3] : name;
        if (uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
            return (tag, id, Permissions(permissions));
        return (tag == NamedUser ? owners.User(name) : owners.Group(name)) is { } found
            ? (tag, found, Permissions(permissions))
            : null;
    }

    private static int Permissions(string text)
    {
        int permissions = 0;
        foreach (char letter in text)
        {
            int bit = letter switch { 'r' => 4, 'w' => 2, 'x' => 1, '-' => 0, _ => -1 };
            if (bit < 0)
                return -1;
            permissions |= bit;
        }
        return text.Length is > 0 and <= 3 ? permissions : -1;
    }

    private static byte[] Shown(SortedDictionary<(ushort Tag, uint Id), ushort> entries)
    {
        var shown = new byte[HeaderLength + entries.Count * EntryLength];
        WriteUInt32LittleEndian(shown, ShownVersion);
        int at = HeaderLength;
        foreach (((ushort tag, uint id), ushort permissions) in entries)
        {
            WriteUInt16LittleEndian(shown.AsSpan(at), tag);
            WriteUInt16LittleEndian(shown.AsSpan(at + 2), permissions);
            WriteUInt32LittleEndian(shown.AsSpan(at + 4), id);
            at += EntryLength;
        }
        return shown;
    }
}
