// The fields at the start of a block of extended attributes, drawn in ExtendedAttributes.cs.
namespace JetsonCore.Formats.Ext4;

/// <summary>Offsets in an attribute block.</summary>
internal static class AttributeBlock
{
    public const int ReferencesOffset = 0x4, BlocksOffset = 0x8, HashOffset = 0xC, ChecksumOffset = 0x10;
    public const int HeaderLength = 0x20;
}
