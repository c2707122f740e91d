// The snaps that a project makes: gadget and kernel, judged first, then packed and opened among the others.
using System.Text;
using JetsonCore.Cache;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Kernel;
using JetsonCore.Project;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Commands;

/// <summary>Makes them.</summary>
/// <param name="options">What the user wants, with a project.</param>
/// <param name="opened">What they are opened among.</param>
/// <param name="work">Told of every stage.</param>
/// <param name="cache">Keeps what is packed; null for none.</param>
internal sealed class ProjectSnaps(
    BuildOptions options, OpenedSnaps opened, WorkProgress work, StageCache? cache) : IDisposable
{
    private const string Result = "result";

    private readonly BuildProject _project = options.Project!;
    private readonly SpoolFolder _spool = new(options.OutputFolder);

    /// <summary>Whether the project itself names what the kernel's initrd begins with.</summary>
    public bool HasInitrd => _project.PathOf(ProjectKernel.BaseInitrd) is not null;

    /// <summary>Judges the gadget and packs it; null where findings forbid it.</summary>
    /// <param name="time">The time of everything in it.</param>
    /// <param name="mode">The system that it is for; null where no model says so.</param>
    /// <param name="diagnostics">Takes what is wrong with it.</param>
    /// <param name="cancellation">Ends the packing early.</param>
    public SnapFile? MakeGadget(
        FileTime time, GadgetMode? mode, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        var gadget = new ProjectGadget(_project, time);
        if (gadget.Make(diagnostics) is not { } tree)
            return null;
        if (mode is { } system)
        {
            using GadgetInput input = GadgetInput.OfTree(gadget.Source, tree);
            GadgetChecker.Check(input, new() { Purpose = GadgetPurpose.Build, Mode = system }, diagnostics);
        }
        return work.Stage("pack the gadget snap",
            () => opened.Open(gadget.Source, tree, null, diagnostics, cancellation));
    }

    /// <summary>Judges the kernel, and packs it unless anything is wrong; null then.</summary>
    /// <param name="bases">Where an initrd may be.</param>
    /// <param name="diagnostics">Takes what is wrong with it; nothing is packed where it has errors.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public SnapFile? MakeKernel(
        IEnumerable<SnapFile> bases, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        var kernel = new ProjectKernel(_project, options.Clock?.FileTime);
        if (kernel.Request(bases, diagnostics) is not { } request)
            return null;
        StageKey? key = cache is null ? null : ProjectKernel.Key(cache, request, _spool, cancellation);
        FileContent? packed = key is null ? null : cache!.Find(key)?.GetValueOrDefault(Result);
        if (packed is null)
        {
            packed = Pack(request, diagnostics, cancellation);
            if (packed is null)
                return null;
            if (key is not null)
                cache!.Keep(key, new Dictionary<string, FileContent> { [Result] = packed }, cancellation);
        }
        return opened.Open(
            kernel.Source, new RegularFileNode(FileMetadata.File, packed), null, diagnostics, cancellation);
    }

    private FileContent? Pack(
        KernelSnapRequest request, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        (KernelSnapInputs? inputs, DirectoryNode? tree) = work.Stage("put the kernel snap together", () =>
        {
            KernelSnapInputs? found = KernelSnapInputs.Open(request, _spool.Keep, diagnostics, cancellation);
            return (found, found is null ? null : KernelSnapBuilder.Build(found, diagnostics, cancellation));
        });
        if (inputs is null)
            return null;
        // Without a tree snap.yaml is judged as it is in the folder.
        var described = new DirectoryNode();
        described.SetPath(SnapFile.YamlPath, new RegularFileNode(
            FileMetadata.File, FileContent.Of(Encoding.UTF8.GetBytes(inputs.Source.SnapYaml))));
        _ = SnapFile.ReadDefinition(request.SourceFolder, tree ?? described, diagnostics);
        if (tree is null || diagnostics.HasErrors)
            return null;
        return work.Stage("pack the kernel snap", SnapPacker.ContentBytes(tree), stage => _spool.Keep(
            file => SquashFsWriter.Write(tree, SquashFsOptions.Snap(inputs.Time), file, stage.Add, cancellation)));
    }

    public void Dispose() => _spool.Dispose();
}
