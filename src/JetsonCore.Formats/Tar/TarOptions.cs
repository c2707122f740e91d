// How a tree becomes a tar archive.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

/// <summary>Options of <see cref="TarTreeWriter"/>.</summary>
public sealed record TarOptions
{
    /// <summary>
    /// Whether the root gets an entry, "./", with its mode, owner and time; never one made for what lies in it.
    /// </summary>
    public bool RootEntry { get; init; }

    /// <summary>Whether holes are left out, as GNU tar does with --sparse --format=posix (its form 1.0).</summary>
    public bool Sparse { get; init; }

    /// <summary>Takes the names of sockets, which are left out; without it they are refused.</summary>
    public TreeRemark? Remark { get; init; }
}
