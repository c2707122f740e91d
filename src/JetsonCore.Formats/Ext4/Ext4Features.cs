// The feature bits of ext2, ext3 and ext4: three words of the superblock in one value.
//
//   bits  0-15  s_feature_compat     unknown ones do no harm
//   bits 16-39  s_feature_incompat   unknown ones forbid reading
//   bits 40-63  s_feature_ro_compat  unknown ones forbid writing
//
// Spec: Linux Documentation/filesystems/ext4/super.rst; names as dumpe2fs and mke2fs -O print and take them.
namespace JetsonCore.Formats.Ext4;

/// <summary>What a file system of the ext family makes use of.</summary>
[Flags]
public enum Ext4Features : ulong
{
    /// <summary>The oldest ext2.</summary>
    None = 0,

    /// <summary>Blocks are set aside for new directories (never written).</summary>
    DirPrealloc = 1UL << 0,

    /// <summary>AFS server inodes (never written).</summary>
    ImagicInodes = 1UL << 1,

    /// <summary>A journal in inode 8: ext3 and ext4.</summary>
    HasJournal = 1UL << 2,

    /// <summary>Extended attributes.</summary>
    ExtAttr = 1UL << 3,

    /// <summary>Inode 7 keeps blocks after the descriptors free, for growing while mounted.</summary>
    ResizeInode = 1UL << 4,

    /// <summary>Directories of more than one block have a hash tree.</summary>
    DirIndex = 1UL << 5,

    /// <summary>Two backup superblocks instead of sparse_super's (never written).</summary>
    SparseSuper2 = 1UL << 9,

    /// <summary>Fast commits in the journal (never written).</summary>
    FastCommit = 1UL << 10,

    /// <summary>Inode numbers and UUID stay fixed (never written).</summary>
    StableInodes = 1UL << 11,

    /// <summary>Orphans are kept in a file (never written).</summary>
    OrphanFile = 1UL << 12,

    /// <summary>Compressed files (neither read nor written).</summary>
    Compression = 1UL << 16,

    /// <summary>Directory entries say the kind of the file.</summary>
    FileType = 1UL << 17,

    /// <summary>The journal has something that is not yet in its place.</summary>
    NeedsRecovery = 1UL << 18,

    /// <summary>This is no file system but the journal of another (neither read nor written).</summary>
    JournalDevice = 1UL << 19,

    /// <summary>Group descriptors lie in their groups (read only).</summary>
    MetaBg = 1UL << 20,

    /// <summary>Files are mapped by extents: ext4.</summary>
    Extents = 1UL << 22,

    /// <summary>Block numbers of 64 bits and group descriptors of 64 bytes.</summary>
    Bit64 = 1UL << 23,

    /// <summary>Protection against mounting twice (read only).</summary>
    Mmp = 1UL << 24,

    /// <summary>Bitmaps and inode tables of several groups lie together.</summary>
    FlexBg = 1UL << 25,

    /// <summary>Large extended attributes in inodes of their own (read only).</summary>
    EaInode = 1UL << 26,

    /// <summary>Data in directory entries (neither read nor written).</summary>
    DirData = 1UL << 28,

    /// <summary>The checksum seed is in the superblock, not the UUID's (read only).</summary>
    ChecksumSeed = 1UL << 29,

    /// <summary>Hash trees of three levels (read only).</summary>
    LargeDir = 1UL << 30,

    /// <summary>Small files lie in the inode (read only).</summary>
    InlineData = 1UL << 31,

    /// <summary>Encrypted files (neither read nor written).</summary>
    Encrypt = 1UL << 32,

    /// <summary>Directories that ignore case (read only).</summary>
    Casefold = 1UL << 33,

    /// <summary>Backup superblocks only in groups 0, 1 and powers of 3, 5 and 7.</summary>
    SparseSuper = 1UL << 40,

    /// <summary>Files of 2 GiB and more.</summary>
    LargeFile = 1UL << 41,

    /// <summary>Files of more than 2^32 sectors.</summary>
    HugeFile = 1UL << 43,

    /// <summary>Group descriptors have a CRC-16; also called gdt_csum.</summary>
    UninitBg = 1UL << 44,

    /// <summary>Directories of more than 65 000 subdirectories.</summary>
    DirNlink = 1UL << 45,

    /// <summary>Inodes keep nanoseconds and times after 2038.</summary>
    ExtraIsize = 1UL << 46,

    /// <summary>Quota files (read only).</summary>
    Quota = 1UL << 48,

    /// <summary>Allocation by clusters of blocks (read only).</summary>
    BigAlloc = 1UL << 49,

    /// <summary>Everything but content has a CRC-32C.</summary>
    MetadataCsum = 1UL << 50,

    /// <summary>Marked as read-only (read only).</summary>
    ReadOnly = 1UL << 52,

    /// <summary>Project quotas (read only).</summary>
    Project = 1UL << 53,

    /// <summary>Files share blocks (read only).</summary>
    SharedBlocks = 1UL << 54,

    /// <summary>fs-verity (read only).</summary>
    Verity = 1UL << 55,

    /// <summary>The orphan file is in use (read only).</summary>
    OrphanPresent = 1UL << 56,
}
