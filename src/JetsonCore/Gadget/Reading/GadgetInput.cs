// What a user may name as a gadget: a gadget.yaml, a gadget's folder (with meta/gadget.yaml, or the source folder with
// gadget.yaml at its top), a gadget snap, or "-" for standard input.
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Reading;

/// <summary>A gadget as the user named it.</summary>
public sealed record GadgetInput : IDisposable
{
    /// <summary>Where the description lies in every gadget.</summary>
    public const string InnerPath = "meta/gadget.yaml";

    private static readonly Rule Missing = new("JC9115", Severity.Error, "named files are there");
    private static readonly Rule BrokenSnap = new("JC4090", Severity.Error, "a gadget snap can be read");

    /// <summary>The gadget.yaml, as messages call it.</summary>
    public required string YamlPath { get; init; }

    /// <summary>Its bytes; null for a gadget that has none.</summary>
    public required byte[]? Yaml { get; init; }

    /// <summary>The files it names; null where only the gadget.yaml is at hand.</summary>
    public GadgetRoot? Root { get; init; }

    /// <summary>Opens what the user named.</summary>
    /// <exception cref="UserErrorException">It is not there, or a broken snap.</exception>
    public static GadgetInput Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path == "-")
        {
            using Stream input = HostFile.OpenRead(new(0, ownsHandle: false), "<stdin>");
            return new() { YamlPath = "<stdin>", Yaml = GadgetReader.ReadBounded(input) };
        }
        if (HostFile.Exists(path))
            return OpenFile(path);
        if (!HostFile.IsFolder(path))
        {
            throw new UserErrorException(FailureKind.Environment, Missing, path,
                "cannot read it: there is no such file",
                "name a gadget.yaml, a gadget's folder or snap, or - for standard input");
        }
        string source = Path.Join(path, "gadget.yaml");
        if (!HostFile.Exists(Path.Join(path, InnerPath)) && HostFile.Exists(source))
            return OpenFile(source);
        return OpenRoot(path) is { } folder ? OfRoot(path, folder) : OpenFile(path);
    }

    /// <summary>The gadget in a tree that is at hand; it may have no gadget.yaml.</summary>
    /// <param name="path">The snap's file or folder, for messages.</param>
    /// <param name="tree">Its files.</param>
    /// <exception cref="UserErrorException">Its gadget.yaml cannot be read: the snap is broken.</exception>
    public static GadgetInput OfTree(string path, DirectoryNode tree) =>
        OrBroken(path, () => WithYamlOf(path, GadgetRoot.OfTree(tree)));

    /// <summary>The gadget that a file or folder of an image is.</summary>
    /// <param name="path">Where it is, for messages.</param>
    /// <param name="node">The file or folder.</param>
    /// <param name="open">What to close with it.</param>
    /// <exception cref="UserErrorException">It is none, or a broken snap.</exception>
    public static GadgetInput OfNode(string path, FileNode node, IDisposable open)
    {
        if (node is DirectoryNode folder && folder.Find(InnerPath) is null
            && folder.Find("gadget.yaml") is RegularFileNode source)
        {
            (path, node) = (Path.Join(path, "gadget.yaml"), source);
        }
        if (RootOfNode(path, node, open) is { } root)
            return OfRoot(path, root);
        using (open)
        {
            using Stream? yaml = (node as RegularFileNode)?.Content.Open();
            return new() { YamlPath = path, Yaml = yaml is null ? null : GadgetReader.ReadBounded(yaml) };
        }
    }

    /// <summary>The files of a folder or snap of an image; null for any other file.</summary>
    /// <param name="path">Where it is, for messages.</param>
    /// <param name="node">The file or folder.</param>
    /// <param name="open">What to close with it.</param>
    /// <exception cref="UserErrorException">It is a broken snap.</exception>
    public static GadgetRoot? RootOfNode(string path, FileNode node, IDisposable open) => node switch
    {
        DirectoryNode folder => GadgetRoot.OfTree(folder, open),
        RegularFileNode file => OrBroken(path, () => GadgetRoot.OfSnap(file.Content, open)),
        _ => null,
    };

    /// <summary>Opens a folder or a snap; null for any other file.</summary>
    /// <exception cref="UserErrorException">It is a broken snap.</exception>
    public static GadgetRoot? OpenRoot(string path) => OrBroken(path, () => GadgetRoot.Open(path));

    private static T OrBroken<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (MalformedDataException exception)
        {
            throw new UserErrorException(FailureKind.Input, BrokenSnap, path,
                $"cannot read the snap: at byte {exception.Offset} {exception.Message}", "pack or download it again");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Root?.Dispose();

    private static GadgetInput OfRoot(string path, GadgetRoot root)
    {
        if (root.Find(InnerPath) is null && root.Find("meta/snap.yaml") is null)
        {
            root.Dispose();
            throw new UserErrorException(FailureKind.Environment, Missing, path,
                $"cannot read it as a gadget: it has neither {InnerPath} nor meta/snap.yaml",
                "name the folder of an unpacked gadget snap, or a gadget.yaml");
        }
        return OrBroken(path, () => WithYamlOf(path, root));
    }

    private static GadgetInput WithYamlOf(string path, GadgetRoot root)
    {
        using Stream? yaml = root.OpenFile(InnerPath);
        return new()
        {
            YamlPath = Path.Join(path, InnerPath),
            Yaml = yaml is null ? null : GadgetReader.ReadBounded(yaml),
            Root = root,
        };
    }

    private static GadgetInput OpenFile(string path)
    {
        // Without a buffer: it is read in one go, by the thousand in one run.
        using FileStream file = HostFile.OpenRead(path);
        return GadgetRoot.IsSnap(file) && OpenRoot(path) is { } snap
            ? OfRoot(path, snap)
            : new() { YamlPath = path, Yaml = GadgetReader.ReadBounded(file) };
    }
}
