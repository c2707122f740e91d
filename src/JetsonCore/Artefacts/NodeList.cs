// A text list of files, folders and device nodes with their owners, in the words of Linux's gen_init_cpio, laid over a
// tree that is there already:
//
//   # a comment
//   file NAME LOCATION MODE UID GID [OTHER NAME…]     LOCATION: a file of the host; "-": the one that is there
//   dir NAME MODE UID GID                             new, or the one that is there with this mode and owner
//   nod NAME MODE UID GID b|c MAJOR MINOR
//   slink NAME TARGET MODE UID GID
//   pipe NAME MODE UID GID
//   sock NAME MODE UID GID
//
// Names count from the root, with or without "/" before them; modes are octal. Spec: Linux usr/gen_init_cpio.c: facts.
using System.Globalization;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Artefacts;

/// <summary>Lays a list over a tree.</summary>
public sealed class NodeList
{
    private readonly DirectoryNode _root;
    private readonly FileTime _time;
    private readonly DiagnosticBag _diagnostics;
    private SourceSpan _place;

    private NodeList(DirectoryNode root, FileTime time, DiagnosticBag diagnostics) =>
        (_root, _time, _diagnostics) = (root, time, diagnostics);

    /// <summary>Changes a tree as a list says; every line that cannot be followed is a finding.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="text">The list.</param>
    /// <param name="time">The time of what is new.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    public static void Apply(DirectoryNode root, string text, FileTime time, DiagnosticBag diagnostics)
    {
        var list = new NodeList(root, time, diagnostics);
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            list._place = new(++number, 1, number, Math.Max(1, line.Length));
            if (words.Length > 0 && !words[0].StartsWith('#'))
                list.Line(words);
        }
    }

    private void Line(string[] words)
    {
        (int least, int most, int mode) = words[0] switch
        {
            "file" => (6, int.MaxValue, 3),
            "dir" or "pipe" or "sock" => (5, 5, 2),
            "nod" => (8, 8, 2),
            "slink" => (6, 6, 3),
            _ => (0, 0, 0),
        };
        if (most == 0)
        {
            Fault($"cannot follow \"{words[0]}\": file, dir, nod, slink, pipe and sock are known");
            return;
        }
        if (words.Length < least || words.Length > most)
        {
            Fault($"cannot follow \"{words[0]}\" with {words.Length - 1} words: {least - 1} are wanted");
            return;
        }
        if (Metadata(words, mode) is { } metadata && Steps(words[1]) is { } path)
            Place(words, path, metadata);
    }

    private void Place(string[] words, string path, FileMetadata metadata)
    {
        FileNode? there = _root.Find(path);
        switch (words[0])
        {
            case "dir" when there is DirectoryNode:
                there.Metadata = WithOwner(there.Metadata, metadata);
                break;
            case "dir":
                Set(path, new DirectoryNode(metadata));
                break;
            case "file" when words[2] == "-":
                if (there is RegularFileNode)
                    there.Metadata = WithOwner(there.Metadata, metadata);
                else
                    Fault($"cannot find the file \"{path}\" in the tree");
                break;
            case "file":
                PlaceFile(words, path, metadata);
                break;
            case "slink":
                Set(path, new SymbolicLinkNode(
                    metadata with { Permissions = FileMetadata.Link.Permissions }, words[2]));
                break;
            case "nod":
                PlaceDevice(words, path, metadata);
                break;
            default:
                Set(path, new SpecialNode(metadata, words[0] == "pipe" ? SpecialKind.Fifo : SpecialKind.Socket));
                break;
        }
    }

    private void PlaceFile(string[] words, string path, FileMetadata metadata)
    {
        if (!HostFile.Exists(words[2]))
        {
            Fault($"cannot read \"{words[2]}\": there is no such file");
            return;
        }
        var file = new RegularFileNode(metadata, FolderTree.FileContent(words[2]));
        Set(path, file);
        foreach (string other in words[6..])
        {
            if (Steps(other) is { } otherPath)
                Set(otherPath, file);
        }
    }

    private void PlaceDevice(string[] words, string path, FileMetadata metadata)
    {
        bool isKnown = words[5] is "b" or "c";
        if (!isKnown)
            Fault($"cannot make a device of kind \"{words[5]}\": b and c are known");
        if (isKnown && Number(words[6], "major number") is { } major && Number(words[7], "minor number") is { } minor)
            Set(path, new SpecialNode(metadata,
                words[5] == "b" ? SpecialKind.BlockDevice : SpecialKind.CharacterDevice, major, minor));
    }

    private void Set(string path, FileNode node)
    {
        int slash = path.LastIndexOf('/');
        if (path.Length == 0)
            Fault("cannot put this in the root's place");
        else if (slash > 0 && _root.Find(path[..slash]) is not (null or DirectoryNode))
            Fault($"cannot place \"{path}\": \"{path[..slash]}\" is no folder");
        else
            SetBelow(path, node);
    }

    private void SetBelow(string path, FileNode node)
    {
        try
        {
            _root.SetPath(path, node);
        }
        catch (ArgumentException exception)
        {
            Fault(exception.Message);
        }
    }

    private static FileMetadata WithOwner(FileMetadata before, FileMetadata said) => before with
    {
        Permissions = said.Permissions,
        UserId = said.UserId,
        GroupId = said.GroupId,
    };

    private string? Steps(string name)
    {
        string[] steps = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!steps.Contains("..") && !steps.Contains("."))
            return string.Join('/', steps);
        Fault($"cannot use the name \"{name}\": \".\" and \"..\" are no names");
        return null;
    }

    private FileMetadata? Metadata(string[] words, int at)
    {
        int mode = 0;
        foreach (char digit in words[at])
            mode = digit is >= '0' and <= '7' && mode <= 0xFFF ? mode * 8 + (digit - '0') : int.MaxValue / 16;
        if (mode > 0xFFF)
        {
            Fault($"cannot read the mode \"{words[at]}\": octal digits up to 7777 are wanted");
            return null;
        }
        return Number(words[at + 1], "owner") is { } user && Number(words[at + 2], "group") is { } group
            ? new() { Permissions = (ushort)mode, UserId = user, GroupId = group, ModificationTime = _time }
            : null;
    }

    private uint? Number(string text, string what)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            return number;
        Fault($"cannot read the {what} \"{text}\": a number is wanted");
        return null;
    }

    private void Fault(string message) => _diagnostics.Add(ArtefactTree.BadNodeLine, _place, message);
}
