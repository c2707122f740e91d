// What a bundle shall be like.
namespace JetsonCore.Flash;

/// <summary>How the archive of a bundle is compressed.</summary>
public enum BundleCompression
{
    /// <summary>.tar.xz, block by block.</summary>
    Xz,

    /// <summary>.tar.zst.</summary>
    Zstd,

    /// <summary>.tar.gz.</summary>
    Gz,

    /// <summary>.tar.</summary>
    None,
}

/// <summary>Options of bundles.</summary>
public sealed record FlashBundleOptions
{
    /// <summary>Whether the images are Android sparse images, of which less goes over USB.</summary>
    public bool Sparse { get; init; }

    /// <summary>Whether it has U-Boot in the form of L4T R24, which has not been tried on a board.</summary>
    public bool UBootForR24 { get; init; }

    /// <summary>How the archive is compressed.</summary>
    public BundleCompression Compression { get; init; }

    /// <summary>The ending of the archive's name.</summary>
    public string Extension => Compression switch
    {
        BundleCompression.Xz => ".tar.xz",
        BundleCompression.Zstd => ".tar.zst",
        BundleCompression.Gz => ".tar.gz",
        _ => ".tar",
    };
}
