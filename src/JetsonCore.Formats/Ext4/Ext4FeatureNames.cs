// The names that mke2fs -O takes and dumpe2fs prints, in the order of the bits.
using System.Collections.Immutable;

namespace JetsonCore.Formats.Ext4;

/// <summary>Turns features into the names of e2fsprogs and back.</summary>
public static class Ext4FeatureNames
{
    private static readonly ImmutableArray<(Ext4Features Feature, string Name)> Names =
    [
        (Ext4Features.DirPrealloc, "dir_prealloc"), (Ext4Features.ImagicInodes, "imagic_inodes"),
        (Ext4Features.HasJournal, "has_journal"), (Ext4Features.ExtAttr, "ext_attr"),
        (Ext4Features.ResizeInode, "resize_inode"), (Ext4Features.DirIndex, "dir_index"),
        (Ext4Features.SparseSuper2, "sparse_super2"), (Ext4Features.FastCommit, "fast_commit"),
        (Ext4Features.StableInodes, "stable_inodes"), (Ext4Features.OrphanFile, "orphan_file"),
        (Ext4Features.Compression, "compression"), (Ext4Features.FileType, "filetype"),
        (Ext4Features.NeedsRecovery, "needs_recovery"), (Ext4Features.JournalDevice, "journal_dev"),
        (Ext4Features.MetaBg, "meta_bg"), (Ext4Features.Extents, "extent"), (Ext4Features.Bit64, "64bit"),
        (Ext4Features.Mmp, "mmp"), (Ext4Features.FlexBg, "flex_bg"), (Ext4Features.EaInode, "ea_inode"),
        (Ext4Features.DirData, "dirdata"), (Ext4Features.ChecksumSeed, "metadata_csum_seed"),
        (Ext4Features.LargeDir, "large_dir"), (Ext4Features.InlineData, "inline_data"),
        (Ext4Features.Encrypt, "encrypt"), (Ext4Features.Casefold, "casefold"),
        (Ext4Features.SparseSuper, "sparse_super"), (Ext4Features.LargeFile, "large_file"),
        (Ext4Features.HugeFile, "huge_file"), (Ext4Features.UninitBg, "uninit_bg"),
        (Ext4Features.DirNlink, "dir_nlink"), (Ext4Features.ExtraIsize, "extra_isize"),
        (Ext4Features.Quota, "quota"), (Ext4Features.BigAlloc, "bigalloc"),
        (Ext4Features.MetadataCsum, "metadata_csum"), (Ext4Features.ReadOnly, "read-only"),
        (Ext4Features.Project, "project"), (Ext4Features.SharedBlocks, "shared_blocks"),
        (Ext4Features.Verity, "verity"), (Ext4Features.OrphanPresent, "orphan_present"),
    ];

    private static readonly ImmutableDictionary<string, Ext4Features> OtherNames =
        ImmutableDictionary.CreateRange(StringComparer.Ordinal,
        [
            KeyValuePair.Create("extents", Ext4Features.Extents),
            KeyValuePair.Create("gdt_csum", Ext4Features.UninitBg),
            KeyValuePair.Create("uninit_groups", Ext4Features.UninitBg),
        ]);

    /// <summary>
    /// The names of the features, separated by blanks; a bit without a name as "FEATURE_" and its number.
    /// </summary>
    public static string Describe(Ext4Features features)
    {
        var names = new List<string>();
        foreach ((Ext4Features feature, string name) in Names)
        {
            if (features.HasFlag(feature))
                names.Add(name);
            features &= ~feature;
        }
        for (int bit = 0; bit < 64; bit++)
        {
            if (((ulong)features >> bit & 1) != 0)
                names.Add(bit < 16 ? $"FEATURE_C{bit}" : bit < 40 ? $"FEATURE_I{bit - 16}" : $"FEATURE_R{bit - 40}");
        }
        return string.Join(' ', names);
    }

    /// <summary>
    /// Changes features as <c>mke2fs -O</c> does: "metadata_csum,^64bit" adds the one and takes the other.
    /// </summary>
    /// <param name="features">What to start with.</param>
    /// <param name="changes">
    /// Names separated by commas, with "^" before those to take out; "none" takes out all.
    /// </param>
    /// <exception cref="ArgumentException">A name is unknown.</exception>
    public static Ext4Features Change(Ext4Features features, string changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        const StringSplitOptions Split = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (string change in changes.Split(',', Split))
        {
            bool removed = change[0] is '^' or '-';
            string name = removed ? change[1..] : change;
            if (name == "none")
                features = Ext4Features.None;
            else if (Find(name) is not { } feature)
                throw new ArgumentException(
                    $"cannot set the feature \"{name}\": ext4 has no such feature", nameof(changes));
            else
                features = removed ? features & ~feature : features | feature;
        }
        return features;
    }

    private static Ext4Features? Find(string name)
    {
        foreach ((Ext4Features feature, string known) in Names)
        {
            if (known == name)
                return feature;
        }
        return OtherNames.TryGetValue(name, out Ext4Features other) ? other : null;
    }
}
