// All that is judged of a kernel, whether it is checked or packed: image, configuration, modules, device trees,
// firmware and initrd. What a package may lack and a finished snap may not is a matter of its purpose.
//
//             modules.dep    initrd                  firmware
//   Source    if it is there if it is there          if there is any
//   Snap      must be there  must be there           wanted
//   Pack      made of them   as it was put together  wanted
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>Judges kernels.</summary>
internal static class KernelJudge
{
    /// <summary>Reports everything that is wrong with a kernel whose image and modules have been read.</summary>
    public static void Check(
        KernelFacts kernel, ContentSpool spool, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        SortedDictionary<string, IReadOnlyList<string>> trees =
            KernelTreeRules.Read(kernel.Parts, kernel.At, diagnostics);
        kernel = kernel with
        {
            Board = kernel.Board ?? KernelTreeRules.BoardOf(trees),
            Initrd = ReadInitrd(kernel, spool, diagnostics, cancellation),
        };
        KernelConfig? within =
            kernel.Image is { } image ? KernelImage.CheckBanner(kernel, image, diagnostics) : null;
        CheckConfig(kernel, within, diagnostics);
        if (kernel.Modules is { } modules)
        {
            KernelModuleRules.Check(kernel, modules, diagnostics);
            KernelTreeRules.CheckFirmware(kernel, modules, diagnostics);
        }
        if (kernel.Board is { } board)
            KernelTreeRules.CheckBoard(kernel, board, trees, diagnostics);
    }

    private static InitrdView? ReadInitrd(
        KernelFacts kernel, ContentSpool spool, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (kernel.Parts.Initrd is not { } initrd)
        {
            if (kernel.Purpose == KernelPurpose.Snap)
            {
                diagnostics.AddAbout(kernel.Path, KernelRules.NoInitrd,
                    "cannot start from the kernel snap: it has no initrd.img",
                    hint: "make it with `jetson-core kernel pack`");
            }
            return null;
        }
        try
        {
            InitrdView view = InitrdView.Read(initrd.Content, spool, ReadLimits.Default, cancellation);
            KernelInitrdRules.Check(kernel, view, initrd.Content, diagnostics);
            return view;
        }
        catch (MalformedDataException damage)
        {
            diagnostics.AddAbout(kernel.InitrdPath, KernelRules.BaseInitrd,
                $"cannot read the initrd: at offset {damage.Offset}: {damage.Message}",
                hint: "make it anew, with `jetson-core kernel pack`");
            return null;
        }
    }

    private static void CheckConfig(KernelFacts kernel, KernelConfig? within, DiagnosticBag diagnostics)
    {
        KernelConfig? beside = null;
        if (kernel.Parts.Config is { } file)
        {
            string path = kernel.At($"config-{kernel.Parts.Release}");
            try
            {
                string text = System.Text.Encoding.UTF8.GetString(file.Content.ReadAll(KernelConfig.LengthMax));
                beside = KernelConfig.Parse(path, text);
            }
            catch (MalformedDataException damage)
            {
                diagnostics.AddAbout(path, KernelRules.ConfigOrigin, $"this is no configuration: {damage.Message}",
                    hint: "take config-RELEASE from where the kernel came from");
            }
        }
        // What the kernel says of itself counts.
        if ((within ?? beside) is not { } config)
        {
            diagnostics.AddAbout(kernel.Path, KernelRules.NoConfig,
                "cannot say what the kernel is able to do: there is no config-RELEASE, and none within the kernel",
                hint: "add the file, or build the kernel with CONFIG_IKCONFIG=y");
            return;
        }
        KernelConfigRules.CheckOrigin(kernel, beside ?? config, within, diagnostics);
        KernelConfigRules.Check(kernel, config, diagnostics);
    }
}
