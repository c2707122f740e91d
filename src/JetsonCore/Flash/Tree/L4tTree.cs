// An unpacked Linux_for_Tegra, seen together with files that are not there yet: a check can judge what `flash apply`
// would make before it makes it. Only regular files are opened, whatever the tree's links lead to.
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Flash.Tree;

/// <summary>A file that is put into a tree.</summary>
public sealed record L4tFile
{
    /// <summary>Its path in the tree.</summary>
    public required string Path { get; init; }

    /// <summary>Its length.</summary>
    public required long Length { get; init; }

    /// <summary>The length of the image that it stands for: another one where it is an Android sparse image.</summary>
    public required long ImageLength { get; init; }

    /// <summary>Bytes that go over USB if it is sent sparse.</summary>
    public long SparseLength { get; init; }

    /// <summary>Its SHA-256 in small hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The address that it is linked for; null where it is no program, or says none.</summary>
    public ulong? LinkAddress { get; init; }

    /// <summary>Its bytes; null where they are not at hand.</summary>
    public FileContent? Content { get; init; }
}

/// <summary>A tree.</summary>
/// <param name="root">The folder.</param>
public sealed class L4tTree(string root)
{
    private const int RegularFile = 0x8000, Folder = 0x4000, KindMask = 0xF000, LinksMax = 40;

    private readonly Dictionary<string, L4tFile> _added = new(StringComparer.Ordinal);

    /// <summary>The folder as the user named it.</summary>
    public string Root { get; } = root;

    /// <summary>Where a path of the tree lies on this machine.</summary>
    public string PathOf(string path) => Path.Join(Root, path);

    /// <summary>Lets a file be seen in the tree.</summary>
    public void Add(L4tFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _added[file.Path] = file;
    }

    /// <summary>The file that was added at a path, or null.</summary>
    public L4tFile? AddedAt(string path) => _added.GetValueOrDefault(Normalize(path));

    /// <summary>Whether a regular file is there, or a link to one.</summary>
    public bool HasFile(string path) => AddedAt(path) is not null || Kind(path) == RegularFile;

    /// <summary>Whether a folder is there, or a link to one.</summary>
    public bool HasFolder(string path) => Kind(path) == Folder
        || _added.Keys.Any(added => added.StartsWith($"{path.TrimEnd('/')}/", StringComparison.Ordinal));

    /// <summary>The length of a file, links followed; null where there is none.</summary>
    public long? Length(string path) => AddedAt(path) is { } added ? added.Length
        : HasFile(path) ? new FileInfo(Target(path)).Length : null;

    /// <summary>The bytes of a file; null where there is none, or its bytes are not at hand.</summary>
    public FileContent? Content(string path) => AddedAt(path) is { } added ? added.Content
        : HasFile(path) ? FolderTree.FileContent(Target(path)) : null;

    /// <summary>The bytes of a small file; null where there is none.</summary>
    /// <exception cref="MalformedDataException">It is larger.</exception>
    public byte[]? Read(string path, int lengthMax) => Content(path)?.ReadAll(lengthMax);

    /// <summary>The name that a link leads to, in the tree; the path itself where it is no link.</summary>
    public string Follow(string path)
    {
        for (int links = 0; links < LinksMax; links++)
        {
            if (_added.ContainsKey(path) || new FileInfo(PathOf(path)).LinkTarget is not { } target)
                return path;
            path = target.StartsWith('/') ? target : Path.Join(Path.GetDirectoryName(path), target);
        }
        return path;
    }

    /// <summary>A path as the board file spells it, seen from the tree.</summary>
    public string Normalize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string full = Path.GetFullPath(Root);
        if (path.StartsWith($"{full}/", StringComparison.Ordinal))
            path = path[(full.Length + 1)..];
        while (path.StartsWith("./", StringComparison.Ordinal))
            path = path[2..];
        return path.Replace("//", "/", StringComparison.Ordinal);
    }

    private string Target(string path)
    {
        path = Normalize(path);
        string full = path.StartsWith('/') ? path : PathOf(path);
        return new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
    }

    private int Kind(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
            return 0;
        try
        {
            return Posix.Status(Target(path)).Mode & KindMask;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
