// The two native libraries come from the operating system; where one is missing the user can install it.
namespace JetsonCore.Formats.Compression;

/// <summary>A native library that a format needs is not installed.</summary>
/// <param name="library">File name of the library ("liblzma.so.5").</param>
/// <param name="package">The Debian and Ubuntu package that holds it ("liblzma5").</param>
/// <param name="innerException">What the loader said.</param>
public sealed class MissingLibraryException(string library, string package, Exception? innerException = null)
    : Exception($"cannot load the library \"{library}\": install the package \"{package}\"", innerException);
