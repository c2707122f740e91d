// The keys of gadget.yaml, map by map: what the readers take, and what the JSON schema (gadget.schema.json) describes.
namespace JetsonCore.Gadget.Reading;

/// <summary>Keys that snapd knows.</summary>
internal static class GadgetKeys
{
    public static readonly string[] RootV2576 = ["volumes", "defaults", "connections"];
    public static readonly string[] Root = [.. RootV2576, "kernel-cmdline", "volume-assignments"];

    public static readonly string[] VolumeV2576 = ["schema", "bootloader", "id", "structure"];
    public static readonly string[] Volume = [.. VolumeV2576, "partial"];

    public static readonly string[] StructureV2576 =
    [
        "name", "filesystem-label", "offset", "offset-write", "size", "type", "role", "id", "filesystem", "content",
        "update",
    ];

    public static readonly string[] Structure = [.. StructureV2576, "min-size"];

    public static readonly string[] Content = ["source", "target", "image", "offset", "size", "unpack"];
    public static readonly string[] ContentV2576 = [.. Content, "offset-write"];

    public static readonly string[] Update = ["edition", "preserve"];

    public static readonly string[] Connection = ["plug", "slot"];

    public static readonly string[] KernelCommandLine = ["allow", "append", "remove"];

    public static readonly string[] Assignment = ["assignment-name", "assignment"];

    public static readonly string[] AssignedDevice = ["device"];
}
