// What ext4, with the chosen features, can express of one file: the bytes of names, link targets and device numbers,
// and a refusal of everything else before a byte is written.
//
//   device number, old form   first word of the map:  0 1 minor   1 1 major
//                  new form   second word:            bits 0-7 minor, 8-19 major, 20-31 the rest of minor
//
// Spec: Linux Documentation/filesystems/ext4/inodes.rst, limits of the fields; include/linux/kdev_t.h: facts only.
using System.Buffers.Binary;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Ext4;

/// <summary>Encodes what a file consists of, or refuses it.</summary>
/// <param name="options">The chosen features and sizes.</param>
internal sealed class StorableForm(Ext4Options options)
{
    private const int AttributeNameMax = 255;
    private const uint MajorMax = 0xFFF, MinorMax = 0xFFFFF, NanosecondsMax = 999_999_999;

    private readonly int _attributeRoom = ExtendedAttributes.RoomInInode(options);

    /// <summary>A name's bytes.</summary>
    public static byte[] Name(string name, string path)
    {
        byte[] bytes = Encode(name, path);
        return bytes.Length <= DirectoryEntryFormat.NameLengthMax
            ? bytes
            : throw new UnstorableContentException(path, $"cannot name \"{path}\": the name has {bytes.Length} bytes, "
                + $"at most {DirectoryEntryFormat.NameLengthMax} are possible");
    }

    /// <summary>A device number as an inode's map: in the old form where it reaches.</summary>
    public static byte[] DeviceNumber(SpecialNode special, string path)
    {
        var map = new byte[Inode.MapLength];
        (uint major, uint minor) = (special.DeviceMajor, special.DeviceMinor);
        if (special.Kind is SpecialKind.Fifo or SpecialKind.Socket)
            return map;
        if (major > MajorMax || minor > MinorMax)
            throw new UnstorableContentException(path, $"cannot store \"{path}\": its device number is "
                + $"{major}:{minor}, {MajorMax}:{MinorMax} is the highest");
        bool isOld = major <= byte.MaxValue && minor <= byte.MaxValue;
        uint number = isOld ? major << 8 | minor : (minor & 0xFF) | major << 8 | (minor & ~0xFFu) << 12;
        BinaryPrimitives.WriteUInt32LittleEndian(map.AsSpan(isOld ? 0 : 4), number);
        return map;
    }

    /// <summary>A link target's bytes.</summary>
    public byte[] LinkTarget(SymbolicLinkNode link, string path)
    {
        byte[] target = Encode(link.Target, path);
        return target.Length > 0 && target.Length < options.BlockSize && !target.Contains((byte)0)
            ? target
            : throw new UnstorableContentException(path, $"cannot link \"{path}\": its target has {target.Length} "
                + $"bytes, 1 to {options.BlockSize - 1} without NUL are possible");
    }

    /// <summary>The blocks of a content without holes, if a file can be so long.</summary>
    public long CheckedBlocks(FileContent content, string path)
    {
        long blocks = Alignment.UnitsFor(content.Length, options.BlockSize);
        long blocksMax = options.Has(Ext4Features.Extents) ? uint.MaxValue : IndirectMap.BlocksMax(options.BlockSize);
        if (blocks > blocksMax)
            throw new UnstorableContentException(path, $"cannot store \"{path}\": it has {blocks} blocks of "
                + $"{options.BlockSize} bytes, a file has at most {blocksMax}");
        CheckLength(content, path, Ext4Features.LargeFile, int.MaxValue);
        CheckLength(content, path, Ext4Features.HugeFile, (long)uint.MaxValue * Inode.SectorSize);
        return blocks;
    }

    /// <summary>Checks permissions, time and attributes; says whether the attributes need a block.</summary>
    public bool CheckMetadata(FileMetadata metadata, string path)
    {
        if (metadata.Permissions > Inode.PermissionMask)
            throw new UnstorableContentException(path, $"cannot store {NodeName.Quote(path)}: its permissions are "
                + $"0{Convert.ToString(metadata.Permissions, 8)}, 07777 are all");
        CheckTime(metadata.ModificationTime, path);
        if (metadata.ExtendedAttributes.Count == 0)
            return false;
        if (!options.Has(Ext4Features.ExtAttr))
            throw new UnstorableContentException(path, $"cannot store the attributes of {NodeName.Quote(path)}: "
                + "without ext_attr there are none");
        foreach (string name in metadata.ExtendedAttributes.Keys)
        {
            (byte prefix, string rest) = AttributeName.Split(name);
            if (prefix == 0 || Encode(rest, path).Length > AttributeNameMax)
                throw new UnstorableContentException(path, $"cannot store the attribute \"{name}\" of "
                    + $"{NodeName.Quote(path)}: ext4 knows user, trusted, security and system, and names of "
                    + $"{AttributeNameMax} bytes");
        }
        int length = new ExtendedAttributes(metadata, _attributeRoom).BlockLength;
        return length <= options.BlockSize
            ? length > 0
            : throw new UnstorableContentException(path, $"cannot store the attributes of {NodeName.Quote(path)}: "
                + $"they need {length} bytes, a block has {options.BlockSize}");
    }

    /// <summary>Checks a time: small inodes have 31 bits of seconds behind 1970, others two more.</summary>
    public void CheckTime(FileTime time, string path)
    {
        long secondsMax = options.InodeSize > Inode.SizeSmall ? Inode.TimeMax34 : Inode.TimeMax32;
        if (time.UnixSeconds < Inode.TimeMin || time.UnixSeconds > secondsMax || time.Nanoseconds > NanosecondsMax)
            throw new UnstorableContentException(path, $"cannot date {NodeName.Quote(path)}: "
                + $"{time.UnixSeconds} s after 1970 is not within {Inode.TimeMin} to {secondsMax}");
    }

    /// <summary>Without the feature, the field for the size or for the sectors in use has only 31 or 32 bits.</summary>
    private void CheckLength(FileContent content, string path, Ext4Features feature, long lengthMax)
    {
        if (content.Length > lengthMax && !options.Has(feature))
            throw new UnstorableContentException(path, $"cannot store \"{path}\": it has {content.Length} bytes, "
                + $"without {Ext4FeatureNames.Describe(feature)} at most {lengthMax} are possible");
    }

    private static byte[] Encode(string text, string path)
    {
        try
        {
            return NodeName.Encode(text);
        }
        catch (ArgumentException exception)
        {
            throw new UnstorableContentException(path, exception.Message);
        }
    }
}
