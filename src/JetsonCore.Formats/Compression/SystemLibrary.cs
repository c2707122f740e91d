// The system's libraries that compress, as far as they are there.
namespace JetsonCore.Formats.Compression;

/// <summary>A library of the system that is looked for when it is first used.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Package">The Debian package that brings it.</param>
/// <param name="Version">Its version; null where the library is missing.</param>
public sealed record SystemLibrary(string Name, string Package, Version? Version)
{
    /// <summary>xz and lzma.</summary>
    public static SystemLibrary Lzma => new("liblzma", "liblzma5", NativeLzma.FindVersion());

    /// <summary>zstd.</summary>
    public static SystemLibrary Zstd => new("libzstd", "libzstd1", NativeZstd.FindVersion());
}
