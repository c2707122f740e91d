// gadget.yaml as typed, every value with its place. Nothing is decided here: GadgetDefaults fills in what is implied.
//
//   GadgetDocument ── volumes ── GadgetVolume ── structure ── GadgetStructure ─┬─ content ── GadgetContent
//        ├── defaults, connections                                             └─ update ─── GadgetUpdate
//        └── kernel-cmdline, volume-assignments (newer snapd)
//
// A text that is not written is empty and has no place. A number that is not written, or could not be read, has no
// value; in the second case it has a place.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Model;

/// <summary>A gadget.yaml as read.</summary>
public sealed record GadgetDocument
{
    /// <summary>The file as the user named it, or null.</summary>
    public string? Path { get; init; }

    /// <summary>The text, for showing lines.</summary>
    public SourceText Source { get; init; } = SourceText.Empty;

    /// <summary>Volumes in file order.</summary>
    public ImmutableArray<GadgetVolume> Volumes { get; init; } = [];

    /// <summary>Whose defaults are set: snap ids or "system", in file order.</summary>
    public ImmutableArray<Located<string>> Defaults { get; init; } = [];

    /// <summary>Connections in file order.</summary>
    public ImmutableArray<GadgetConnection> Connections { get; init; } = [];

    /// <summary>What the kernel's command line may get, since snapd 2.59.</summary>
    public GadgetKernelCommandLine KernelCommandLine { get; init; } = new();

    /// <summary>Which device each volume goes to, since snapd 2.68.</summary>
    public ImmutableArray<GadgetVolumeAssignment> VolumeAssignments { get; init; } = [];

    /// <summary>Whether "volume-assignments" is written, even if it is empty.</summary>
    public SourceSpan VolumeAssignmentsSpan { get; init; }

    /// <summary>The keys of the outermost map, in file order, of a file without volumes.</summary>
    public ImmutableArray<Located<string>> TopKeys { get; init; } = [];

    /// <summary>Whether the text could be read at all: it is YAML of the right shape.</summary>
    public bool IsReadable { get; init; } = true;
}

/// <summary>A volume.</summary>
public sealed record GadgetVolume
{
    /// <summary>The key in "volumes".</summary>
    public required Located<string> Name { get; init; }

    /// <summary>Whether nothing stands behind the key.</summary>
    public bool IsNull { get; init; }

    /// <summary>"gpt", "mbr", "emmc" or empty, as typed.</summary>
    public Located<string> Schema { get; init; } = new("", default);

    /// <summary>The bootloader, or empty.</summary>
    public Located<string> Bootloader { get; init; } = new("", default);

    /// <summary>The volume's id, or empty.</summary>
    public Located<string> Id { get; init; } = new("", default);

    /// <summary>What an installer has to fill in, since snapd 2.60.</summary>
    public ImmutableArray<Located<string>> Partial { get; init; } = [];

    /// <summary>Structures in file order.</summary>
    public ImmutableArray<GadgetStructure> Structures { get; init; } = [];

    /// <summary>The schema after defaults.</summary>
    public string DecidedSchema { get; init; } = "";

    /// <summary>Whether an installer has to fill this property in.</summary>
    public bool HasPartial(string property)
    {
        foreach (Located<string> entry in Partial)
        {
            if (entry.Value == property)
                return true;
        }
        return false;
    }
}

/// <summary>One item of a volume's "structure".</summary>
public sealed record GadgetStructure
{
    /// <summary>Its place in the list, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Where the item stands.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>Its name, or empty.</summary>
    public Located<string> Name { get; init; } = new("", default);

    /// <summary>The file system's label, or empty.</summary>
    public Located<string> Label { get; init; } = new("", default);

    /// <summary>Where it starts, in bytes.</summary>
    public Located<long?> Offset { get; init; }

    /// <summary>Where its start is to be written.</summary>
    public Located<GadgetOffsetWrite?> OffsetWrite { get; init; }

    /// <summary>Its size in bytes; 0 counts as missing.</summary>
    public Located<long?> Size { get; init; }

    /// <summary>The least size in bytes, since snapd 2.60.</summary>
    public Located<long?> MinSize { get; init; }

    /// <summary>"bare", "mbr", two hex digits, a GUID, or both with a comma.</summary>
    public Located<string> Type { get; init; } = new("", default);

    /// <summary>The role, or empty.</summary>
    public Located<string> Role { get; init; } = new("", default);

    /// <summary>The partition's id, or empty.</summary>
    public Located<string> Id { get; init; } = new("", default);

    /// <summary>"ext4", "vfat", "none" …, or empty.</summary>
    public Located<string> Filesystem { get; init; } = new("", default);

    /// <summary>What goes into it.</summary>
    public ImmutableArray<GadgetContent> Content { get; init; } = [];

    /// <summary>How it is updated.</summary>
    public GadgetUpdate Update { get; init; } = new();

    /// <summary>Keys whose values could not be read: no rule may call them missing.</summary>
    public ImmutableArray<string> Unreadable { get; init; } = [];

    /// <summary>The role after defaults, or empty.</summary>
    public string DecidedRole { get; init; } = "";

    /// <summary>The label after defaults, or empty.</summary>
    public string DecidedLabel { get; init; } = "";

    /// <summary>Whether "filesystem" names one.</summary>
    public bool HasFilesystem => Filesystem.Value is not ("" or "none");

    /// <summary>Whether it has an entry in the partition table.</summary>
    public bool IsPartition => Type.Value != "bare" && DecidedRole != "mbr";

    /// <summary>Whether it is the boot code in the first sector, by role or by the old type.</summary>
    public bool IsMbr => Role.Value == "mbr" || (Role.Value.Length == 0 && Type.Value == "mbr");

    /// <summary>How messages call it.</summary>
    public string Title => Name.Value.Length > 0 ? $"\"{Name.Value}\"" : $"#{Index}";

    /// <summary>The best place for a finding about a value: its own, else the item's.</summary>
    public SourceSpan PlaceOf(SourceSpan value) => value.IsKnown ? value : Span;
}

/// <summary>The place where a structure's start is written: [NAME+]OFFSET.</summary>
/// <param name="RelativeTo">The structure that the offset counts from, or empty for the volume.</param>
/// <param name="OffsetBytes">The offset.</param>
public sealed record GadgetOffsetWrite(string RelativeTo, long OffsetBytes);

/// <summary>One item of a structure's "content".</summary>
public sealed record GadgetContent
{
    /// <summary>Its place in the list, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Where the item stands.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>A file or directory of the gadget, or "$kernel:ASSET/PATH".</summary>
    public Located<string> Source { get; init; } = new("", default);

    /// <summary>Where it goes in the file system.</summary>
    public Located<string> Target { get; init; } = new("", default);

    /// <summary>An image file, written as it is.</summary>
    public Located<string> Image { get; init; } = new("", default);

    /// <summary>Where the image starts in the structure, in bytes.</summary>
    public Located<long?> Offset { get; init; }

    /// <summary>Where the image's start is to be written, until snapd 2.59.</summary>
    public Located<GadgetOffsetWrite?> OffsetWrite { get; init; }

    /// <summary>Room for the image, in bytes; 0 counts as missing.</summary>
    public Located<long?> Size { get; init; }

    /// <summary>Keys whose values could not be read.</summary>
    public ImmutableArray<string> Unreadable { get; init; } = [];

    /// <summary>The best place for a finding about a value: its own, else the item's.</summary>
    public SourceSpan PlaceOf(SourceSpan value) => value.IsKnown ? value : Span;
}

/// <summary>The "update" of a structure.</summary>
public sealed record GadgetUpdate
{
    /// <summary>The edition; missing is 0.</summary>
    public Located<uint> Edition { get; init; }

    /// <summary>Files that an update leaves alone.</summary>
    public ImmutableArray<Located<string>> Preserve { get; init; } = [];
}

/// <summary>A connection of interfaces.</summary>
/// <param name="Span">Where the item stands.</param>
/// <param name="Plug">"ID:NAME", or empty.</param>
/// <param name="Slot">"ID:NAME", or empty for the system's slot of the plug's name.</param>
public sealed record GadgetConnection(SourceSpan Span, Located<string> Plug, Located<string> Slot);

/// <summary>"kernel-cmdline": lists of kernel arguments.</summary>
public sealed record GadgetKernelCommandLine
{
    /// <summary>Arguments that an administrator may add; "*" as value means any.</summary>
    public ImmutableArray<Located<string>> Allow { get; init; } = [];

    /// <summary>Arguments to add.</summary>
    public ImmutableArray<Located<string>> Append { get; init; } = [];

    /// <summary>Arguments to take out of the default line.</summary>
    public ImmutableArray<Located<string>> Remove { get; init; } = [];
}

/// <summary>A variant of "volume-assignments".</summary>
/// <param name="Name">Its name.</param>
/// <param name="Span">Where the item stands.</param>
/// <param name="Devices">The device of each volume.</param>
public sealed record GadgetVolumeAssignment(
    Located<string> Name, SourceSpan Span, ImmutableArray<GadgetVolumeDevice> Devices);

/// <summary>The device of one volume.</summary>
/// <param name="Volume">The volume's name.</param>
/// <param name="Device">A path below /dev/disk/by-path or by-id.</param>
public sealed record GadgetVolumeDevice(Located<string> Volume, Located<string> Device);
