// The initrd of a kernel snap, three cpio archives one behind the other; of two files with one name the later wins:
//
//   base segment      the base's initrd as it is, padded to 4 bytes
//   modules segment   gzip: lib/modules/RELEASE with depmod's files, for the modules of the list
//   overlay           lzma: initramfs/ of the source folder and lib/firmware
//
// Spec: Linux Documentation/driver-api/early-userspace/buffer-format.rst.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal static class KernelInitrd
{
    private const int SegmentAlignment = 4;
    private const int BaseLengthMax = 512 << 20;

    private static readonly string[] CopiedLists = ["modules.builtin", "modules.builtin.modinfo"];

    /// <summary>What the base's initrd unpacks to; null, with a finding, where it cannot be read.</summary>
    public static DirectoryNode? ReadBase(
        KernelSnapInputs inputs, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        try
        {
            return CpioSegmentReader.Merge(
                CpioSegmentReader.Read(inputs.BaseInitrd, inputs.Spool, ReadLimits.Default, cancellation));
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(inputs.BaseInitrdPath, KernelRules.BaseInitrd,
                $"cannot read the base's initrd: at offset {damage.Offset}: {damage.Message}",
                hint: "give the initrd of the base as --base-initrd");
            return null;
        }
    }

    /// <summary>Puts the three segments together.</summary>
    public static FileContent Compose(
        FileContent baseSegment, DirectoryNode modules, DirectoryNode overlay, CancellationToken cancellation)
    {
        using var initrd = new MemoryStream();
        using (Stream stream = baseSegment.Open())
            MemorySpool.Copy(stream, initrd, BaseLengthMax);
        Append(initrd, modules, CompressionFormat.Gzip, cancellation);
        Append(initrd, overlay, CompressionFormat.LzmaAlone, cancellation);
        return FileContent.Of(initrd.ToArray());
    }

    /// <summary>Adds a compressed archive at the next multiple of four.</summary>
    public static void Append(
        Stream initrd, DirectoryNode tree, CompressionFormat format, CancellationToken cancellation)
    {
        initrd.Write(new byte[Alignment.Up(initrd.Length, SegmentAlignment) - initrd.Length]);
        using Stream compressed = Compressor.OpenWrite(initrd, format);
        CpioWriter.Write(tree, compressed, cancellation: cancellation);
    }

    /// <summary>lib/modules/RELEASE of the chosen modules, with depmod's files for them alone.</summary>
    public static DirectoryNode ModulesTree(
        KernelParts parts, IReadOnlyList<KernelModule> chosen, CancellationToken cancellation)
    {
        var folder = new DirectoryNode();
        foreach (KernelModule module in chosen)
            folder.SetPath(module.Path, parts.Modules.Find(module.Path)!);
        foreach (string name in CopiedLists)
        {
            if (parts.Modules.Find(name) is { } list)
                folder.Set(name, list);
        }
        // modules.dep follows this order, and the stand-in's init loads modules in the order of modules.dep.
        folder.Set("modules.order", TextFile(string.Concat(chosen.Select(module => $"{module.Path}\n"))));
        foreach ((string name, byte[] content) in Depmod.MakeFiles(ModuleSet.Read(folder, cancellation)))
            folder.Set(name, new RegularFileNode(FileMetadata.File, FileContent.Of(content)));
        var root = new DirectoryNode();
        root.SetPath($"lib/modules/{parts.Release}", folder);
        return root;
    }

    private static RegularFileNode TextFile(string text) =>
        new(FileMetadata.File, FileContent.Of(Encoding.UTF8.GetBytes(text)));
}
