// Rules about content, and about the files it names.
// One rule a line, so that the list can be read as a table.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Model;

internal static partial class GadgetRuleList
{
    /// <summary>Content is images without a file system, and sources with one.</summary>
    public static readonly Rule ContentKind =
        Error("JC1501", "content is images without a file system, and sources with one", "C-KIND");

    /// <summary>Content names its image, or its source and target.</summary>
    public static readonly Rule ContentNeed =
        Error("JC1502", "content names its image, or its source and target", "C-NEED");

    /// <summary>Preserve needs a file system.</summary>
    public static readonly Rule PreserveBare = Error("JC1503", "preserve needs a file system", "U-BARE");

    /// <summary>Preserve names each file once.</summary>
    public static readonly Rule PreserveTwice = Error("JC1504", "preserve names each file once", "U-TWICE");

    /// <summary>The image of raw content exists.</summary>
    public static readonly Rule ImageExists = Error("JC1511", "the image of raw content exists", "K-EXISTS");

    /// <summary>An image is not larger than its declared size.</summary>
    public static readonly Rule ImageDeclared =
        Error("JC1512", "an image is not larger than its declared size", "K-DECLARED");

    /// <summary>Raw content fits its structure.</summary>
    public static readonly Rule ImageFits = Error("JC1513", "raw content fits its structure", "K-FIT");

    /// <summary>Raw content does not overlap.</summary>
    public static readonly Rule ImageOverlap = Error("JC1514", "raw content does not overlap", "K-OVERLAP");

    /// <summary>The source of content exists.</summary>
    public static readonly Rule SourceExists = Error("JC1521", "the source of content exists", "P-EXISTS");

    /// <summary>A source that ends in / is a directory.</summary>
    public static readonly Rule SourceSlash = Error("JC1522", "a source that ends in / is a directory", "P-SLASH");

    /// <summary>A reference to the kernel is $kernel:ASSET/PATH.</summary>
    public static readonly Rule KernelForm =
        Error("JC1531", "a reference to the kernel is $kernel:ASSET/PATH", "KR-FORM");

    /// <summary>The kernel has the asset.</summary>
    public static readonly Rule KernelAsset = Error("JC1532", "the kernel has the asset", "KR-ASSET");

    /// <summary>The kernel's asset has the file.</summary>
    public static readonly Rule KernelContent = Error("JC1533", "the kernel's asset has the file", "KR-CONTENT");

    /// <summary>The gadget uses an asset of the kernel that needs updates.</summary>
    public static readonly Rule KernelSomeUse =
        Error("JC1534", "the gadget uses an asset of the kernel that needs updates", "KR-SOMEUSE");

    /// <summary>The kernel's meta/kernel.yaml can be read.</summary>
    public static readonly Rule KernelYaml = Error("JC1535", "the kernel's meta/kernel.yaml can be read", "KR-YAML");
}
