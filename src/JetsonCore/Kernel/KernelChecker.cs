// A kernel as a user names it: a snap, a .deb, the folder of one unpacked or of a build.
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Deb;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Kernel;

/// <summary>Checks kernels.</summary>
internal static class KernelChecker
{
    private const int HeadLength = 512;

    private static readonly string[] KernelFiles = ["kernel.img", "Image", "boot/Image"];
    private static readonly string[] ModuleFolders = ["modules", "lib/modules", "usr/lib/modules"];
    private static readonly string[] GadgetFiles = ["gadget.yaml", "meta/gadget.yaml"];

    /// <summary>Whether a path is a kernel's; a file by what is in it, a folder by its names.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool Recognises(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (HostFile.IsFolder(path))
        {
            return !GadgetFiles.Any(name => HostFile.Exists(Path.Join(path, name)))
                && (KernelFiles.Any(name => HostFile.Exists(Path.Join(path, name)))
                    || ModuleFolders.Any(name => HostFile.IsFolder(Path.Join(path, name))));
        }
        // Most of what is checked is YAML, by the thousand in a run.
        if (path == "-" || path.EndsWith(".yaml", StringComparison.Ordinal) || !HostFile.Exists(path))
            return false;
        var head = new byte[HeadLength];
        using (FileStream file = HostFile.OpenRead(path))
        {
            if (!file.CanSeek)
                return false;                               // what is read of a pipe is gone
            int length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            head = head[..length];
        }
        return DebReader.IsPackage(head) || (SquashFsReader.Recognises(head) && IsKernelSnap(path));
    }

    /// <summary>Checks what an address names in an image; whether it is a kernel at all.</summary>
    /// <exception cref="UserErrorException">There is no kernel in it.</exception>
    /// <exception cref="MalformedDataException">It is damaged.</exception>
    public static bool CheckInside(
        string address, ArtefactNode inside, KernelBoard? board, ContentSpool spool, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(inside);
        if (inside.Node is DirectoryNode folder)
        {
            bool isKernel = !GadgetFiles.Any(name => folder.Find(name) is not null)
                && (KernelFiles.Any(name => folder.Find(name) is not null)
                    || ModuleFolders.Any(name => folder.Find(name) is DirectoryNode));
            if (isKernel)
                CheckInput(new(address, folder), board, spool, diagnostics, default);
            return isKernel;
        }
        if (inside.Node is not RegularFileNode file)
            return false;
        byte[] head = file.Content.Slice(0, Math.Min(HeadLength, file.Content.Length)).ReadAll(HeadLength);
        if (DebReader.IsPackage(head))
        {
            DirectoryNode files = DebReader.Read(file.Content, spool, ReadLimits.Default).Content;
            CheckInput(new(address, files), board, spool, diagnostics, default);
            return true;
        }
        if (!SquashFsReader.Recognises(head))
            return false;
        using Stream stream = file.Content.Open();
        using SquashFsReader snap = SquashFsReader.Open(stream);
        DirectoryNode tree = snap.ReadTree();
        if (SnapFile.ReadDefinition(address, tree, new DiagnosticBag())?.Type.Value != SnapType.Kernel)
            return false;
        CheckInput(new(address, tree), board, spool, diagnostics, default);
        return true;
    }

    /// <summary>Reports everything that is wrong with a kernel.</summary>
    /// <param name="path">What <see cref="Recognises"/> takes.</param>
    /// <param name="board">The board that it has to be for; null: one that it has a device tree for, if any.</param>
    /// <param name="spool">Keeps what has to be unpacked.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    /// <exception cref="UserErrorException">There is no kernel in it.</exception>
    /// <exception cref="MalformedDataException">It is damaged.</exception>
    public static void Check(string path, KernelBoard? board, ContentSpool spool, DiagnosticBag diagnostics,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (HostFile.IsFolder(path))
        {
            CheckInput(new(path, FolderTree.Read(path)), board, spool, diagnostics, cancellation);
            return;
        }
        using ArtefactTree tree = ArtefactTree.Open(path, spool, ReadLimits.Default, cancellation);
        CheckInput(new(path, tree.Root), board, spool, diagnostics, cancellation);
    }

    /// <summary>The same of a tree that is at hand.</summary>
    public static void CheckInput(KernelInput input, KernelBoard? board, ContentSpool spool,
        DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (KernelParts.Find([input], diagnostics) is not { } parts)
            return;
        bool isSnap = input.Root.Find(SnapFile.YamlPath) is not null || input.Root.Find("kernel.img") is not null;
        KernelJudge.Check(new()
        {
            Purpose = isSnap ? KernelPurpose.Snap : KernelPurpose.Source,
            Path = input.Path,
            Parts = parts,
            Image = KernelImage.Read(parts, spool, diagnostics),
            Modules = KernelModuleRules.Read(parts.Modules, diagnostics, cancellation),
            Board = board,
        }, spool, diagnostics, cancellation);
    }

    /// <summary>A broken snap is for others to tell of.</summary>
    private static bool IsKernelSnap(string path)
    {
        try
        {
            using FileStream file = HostFile.OpenRead(path);
            using SquashFsReader snap = SquashFsReader.Open(file);
            return SnapFile.ReadDefinition(path, snap.ReadTree(), new DiagnosticBag())?.Type.Value == SnapType.Kernel;
        }
        catch (MalformedDataException)
        {
            return false;
        }
    }
}
