// A snap: the bytes of its squashfs file, the tree in it, and what its snap.yaml says.
using JetsonCore.Assertions;
using JetsonCore.Cache;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Snaps;

/// <summary>One snap whose snap.yaml was read and found good.</summary>
public sealed class SnapFile
{
    /// <summary>Where the description lies in every snap.</summary>
    public const string YamlPath = "meta/snap.yaml";

    private const int YamlLengthMax = 1 << 20;

    private string? _digest;

    private SnapFile(string path, FileContent content, DirectoryNode root, SnapDefinition definition) =>
        (Path, Content, Root, Definition) = (path, content, root, definition);

    /// <summary>What remembers digests; null for nothing.</summary>
    internal FileDigests? Digests { get; init; }

    /// <summary>Its file as the user named it.</summary>
    public string Path { get; }

    /// <summary>The bytes of the file.</summary>
    public FileContent Content { get; }

    /// <summary>The tree in it.</summary>
    public DirectoryNode Root { get; }

    /// <summary>What its snap.yaml says.</summary>
    public SnapDefinition Definition { get; }

    /// <summary>Its name.</summary>
    public string Name => Definition.Name.Value;

    /// <summary>Its type.</summary>
    public SnapType Type => Definition.Type.Value;

    /// <summary>The SHA3-384 digest of the file, as a snap-revision names it; the file is read once.</summary>
    public string Digest
    {
        get
        {
            if (_digest is null && Digests is not null)
                _digest = AssertionDigest.Of(Content, Digests);
            else if (_digest is null)
            {
                using Stream stream = Content.Open();
                _digest = AssertionDigest.Of(stream);
            }
            return _digest;
        }
    }

    /// <summary>Takes the digests of snaps on all processors, where their bytes may be read side by side.</summary>
    public static void TakeDigests(IEnumerable<SnapFile> snaps) => InParallel.Select(
        [.. snaps.Where(snap => snap.Content.IsIndependent)], snap => snap.Digest, many: 2);

    /// <summary>A snap whose tree is at hand.</summary>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="root">The tree in it.</param>
    /// <param name="diagnostics">Takes what is wrong with its snap.yaml.</param>
    /// <param name="digests">What remembers digests; null for nothing.</param>
    /// <returns>The snap, or null where findings forbid it.</returns>
    public static SnapFile? FromTree(string path, FileContent content, DirectoryNode root, DiagnosticBag diagnostics,
        FileDigests? digests = null)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        SnapDefinition? definition = ReadDefinition(path, root, diagnostics);
        return definition is null ? null : new(path, content, root, definition) { Digests = digests };
    }

    /// <summary>Reads the snap.yaml of a tree; findings are about <c>path:meta/snap.yaml</c>.</summary>
    public static SnapDefinition? ReadDefinition(string path, DirectoryNode root, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (root.Find(YamlPath) is not RegularFileNode { Content: var yaml })
        {
            diagnostics.AddAbout(path, SnapRules.MissingYaml, $"cannot use it as a snap: there is no {YamlPath}");
            return null;
        }
        DiagnosticBag findings = diagnostics.About(System.IO.Path.Join(path, YamlPath));
        try
        {
            return SnapYaml.Read(yaml.ReadAll(YamlLengthMax), findings);
        }
        catch (MalformedDataException exception)
        {
            findings.Add(SnapRules.Yaml, SourceSpan.None, $"cannot read it: {exception.Message}");
            return null;
        }
    }
}
