// A Debian binary package that has been read.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Deb;

/// <summary>A Debian binary package.</summary>
public sealed record DebPackage
{
    /// <summary>The fields of its control file by name, in any case; long values have line breaks.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    /// <summary>Its control files: control, md5sums, scripts.</summary>
    public required DirectoryNode Control { get; init; }

    /// <summary>The files that it installs.</summary>
    public required DirectoryNode Content { get; init; }
}
