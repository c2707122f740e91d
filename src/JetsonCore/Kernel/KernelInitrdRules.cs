// What the kernel makes of an initrd: whether it can unpack each archive, what it leaves out, what there is to start.
// Sources: Linux lib/decompress_unxz.c, lib/decompress_unlz4.c, init/initramfs.c; measured with 6.1 in QEMU.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>Judges initial RAM disks.</summary>
internal static class KernelInitrdRules
{
    private const int NamedMax = 5, HeadLength = 8, CheckOffset = 7;

    // Check types of .xz: none and CRC32.
    private const byte LargestXzCheck = 1;

    /// <summary>What the kernel cannot unpack of an initrd, and what it leaves out.</summary>
    public static void CheckUnpacking(string path, FileContent initrd, InitrdView view, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(initrd);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(diagnostics);
        CheckFormats(path, initrd, view, diagnostics);
        CheckOmissions(path, view, diagnostics);
    }

    // Forms of a compression that the kernel does not know: it stops there, and starts what it has got.
    private static void CheckFormats(string path, FileContent initrd, InitrdView view, DiagnosticBag diagnostics)
    {
        foreach ((CpioSegment segment, int index) in view.Segments.Select((segment, index) => (segment, index)))
        {
            if (segment.HasOldEntries)
            {
                diagnostics.AddAbout(path, KernelRules.InitrdForm,
                    $"the kernel cannot unpack segment {index + 1}, at offset {segment.Offset}: it is a cpio archive "
                        + "of an older form than newc",
                    hint: "make it with cpio -H newc, or jetson-core fs make cpio");
            }
            if (segment.LengthBytes < HeadLength)
                continue;
            byte[] head = initrd.Slice(segment.Offset, HeadLength).ReadAll(HeadLength);
            (string Form, string Wanted)? refused = segment.Compression switch
            {
                CompressionFormat.Xz when head[CheckOffset] > LargestXzCheck =>
                    ("xz with a check other than CRC32", "xz --check=crc32"),
                CompressionFormat.Lz4 when head[0] != 2 => ("lz4 in its frame format", "lz4 -l, the legacy format"),
                _ => null,
            };
            if (refused is var (form, wanted))
            {
                diagnostics.AddAbout(path, KernelRules.InitrdForm,
                    $"the kernel cannot unpack segment {index + 1}, at offset {segment.Offset}: it is {form}",
                    hint: $"compress it with {wanted}");
            }
        }
    }

    /// <summary>The initrd of a kernel: something to start in it, nothing lost, modules of this release.</summary>
    public static void Check(KernelFacts kernel, InitrdView view, FileContent initrd, DiagnosticBag diagnostics)
    {
        string path = kernel.InitrdPath;
        CheckUnpacking(path, initrd, view, diagnostics);
        if (view.Root.Find("init") is null)
        {
            diagnostics.AddAbout(path, KernelRules.BaseInitrd,
                "cannot start from the initrd: it has no /init", hint: "put it together from the initrd of the base");
        }
        CheckRelease(kernel, path, view, diagnostics);
    }

    /// <summary>Names of the modules in an initrd, of whatever release.</summary>
    public static IEnumerable<string> ModulesIn(InitrdView view) => view.Root.Walk()
        .Where(file => file.Node is RegularFileNode && ModuleSet.IsModule(file.Path))
        .Select(file => KernelModule.NameOf(file.Path));

    private static void CheckOmissions(string path, InitrdView view, DiagnosticBag diagnostics)
    {
        foreach (IGrouping<(int Segment, string Reason), InitrdOmission> group in
            view.Omissions.GroupBy(omission => (omission.Segment, omission.Reason)))
        {
            string named = Listing.Of([.. group.Select(omission => omission.Path)], NamedMax);
            diagnostics.AddAbout(path, KernelRules.InitrdOmission,
                $"the kernel leaves out {named} of segment {group.Key.Segment}: {group.Key.Reason}",
                hint: "list folders before what is in them, as find does without -depth");
        }
    }

    private static void CheckRelease(
        KernelFacts kernel, string path, InitrdView view, DiagnosticBag diagnostics)
    {
        string[] releases = [.. view.Root.Walk().Where(file => ModuleSet.IsModule(file.Path))
            .Select(file => ReleaseOf(file.Path)).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (releases.Length > 0 && !releases.Contains(kernel.Parts.Release))
        {
            diagnostics.AddAbout(path, KernelRules.InitrdRelease,
                $"cannot load the initrd's modules: they are of {string.Join(", ", releases)}, the kernel is of "
                    + kernel.Parts.Release,
                hint: "make the initrd anew, with `jetson-core kernel pack`");
        }
    }

    private static string? ReleaseOf(string path)
    {
        const string Folder = "lib/modules/";
        int start = path.IndexOf(Folder, StringComparison.Ordinal);
        return start < 0 ? null : path[(start + Folder.Length)..].Split('/')[0];
    }
}
