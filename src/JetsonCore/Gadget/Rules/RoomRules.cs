// A-FIT, A-BOOTSIZE: whether what goes into file systems has room. Needs the files of the gadget, or of the kernel.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class RoomRules
{
    private const int KernelsKept = 4;
    private static readonly string[] KernelFiles = ["kernel.img", "initrd.img", "dtbs"];

    /// <summary>Sources of one file system larger than the structure.</summary>
    public static void CheckContent(GadgetDefinition gadget, GadgetRoot root, DiagnosticBag diagnostics)
    {
        foreach (GadgetStructure structure in gadget.Volumes.SelectMany(volume => volume.Structures))
        {
            if (!structure.HasFilesystem || structure.Size.Value is not (> 0 and long size))
                continue;
            long sum = structure.Content.Where(content => !KernelReferenceRules.IsReference(content.Source.Value))
                .Sum(content => root.SizeBelow(content.Source.Value));
            if (sum <= size)
                continue;
            diagnostics.Add(GadgetRuleList.ContentTooLarge, structure.Size.Span,
                $"the content of structure {structure.Title} has {sum} bytes, and the structure {size}",
                "make the structure larger, or leave files out");
        }
    }

    /// <summary>An update unpacks a kernel beside the old one: system-boot needs room for several.</summary>
    public static void CheckBoot(GadgetDefinition gadget, GadgetRoot kernel, DiagnosticBag diagnostics)
    {
        long bytes = KernelFiles.Sum(kernel.SizeBelow);
        foreach ((_, GadgetStructure boot) in gadget.WithRole("system-boot"))
        {
            if (boot.Size.Value is not (> 0 and long size) || size >= KernelsKept * bytes)
                continue;
            diagnostics.Add(GadgetRuleList.BootSmall, boot.Size.Span,
                $"structure {boot.Title} has {size} bytes: less than {KernelsKept} times the kernel's {bytes} "
                    + $"({string.Join(", ", KernelFiles)}), and updates keep old ones beside the new",
                $"write size: {((KernelsKept * bytes) >> 20) + 1}M or more");
        }
    }
}
