// The kernel snap of a project: the inputs opened, the tree put together, with the entries of lists that the project
// itself has. What is packed follows from the inputs and the time alone.
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using JetsonCore.Artefacts;
using JetsonCore.Cache;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Trees;
using JetsonCore.Kernel;
using JetsonCore.Snaps;

namespace JetsonCore.Project;

/// <summary>Makes kernels.</summary>
/// <param name="project">The project.</param>
/// <param name="time">The time of the build; null for that of the kernel.</param>
internal sealed class ProjectKernel(BuildProject project, FileTime? time)
{
    /// <summary>The field with the base's initrd.</summary>
    public const string BaseInitrd = "kernel.base-initrd";

    private const string Lists = "kernel.lists.", From = "kernel.from";

    /// <summary>The source folder as the program opens it.</summary>
    public string Source { get; } = project.PathOf(ProjectInputs.KernelSource)!;

    /// <summary>What a kernel snap is asked for; null where findings forbid it, or an input is not there.</summary>
    /// <param name="bases">Where an initrd may be, for a project that names none.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public KernelSnapRequest? Request(IEnumerable<SnapFile> bases, DiagnosticBag diagnostics)
    {
        DiagnosticBag findings = diagnostics.Part();
        if (project.Items(From) is [] && project.Find(From) is null)
        {
            project.Report(From, null, findings, new()
            {
                Rule = ProjectRules.Input,
                Severity = Severity.Error,
                Message = $"cannot make a kernel snap: {From} names no kernel",
                Hint = "name packages or folders with a kernel, or a snap as kernel.snap",
            });
        }
        string? initrd = project.PathOf(BaseInitrd) ?? InitrdOf(bases);
        if (initrd is null && project.Find(BaseInitrd) is null)
        {
            project.Report(BaseInitrd, null, findings, new()
            {
                Rule = ProjectRules.BaseInitrd,
                Severity = Severity.Error,
                Message = "cannot make a kernel snap: the base brings no boot/initrd.img*, "
                    + $"and {BaseInitrd} names none",
                Hint = "name the initrd that modules and overlay are put behind",
            });
        }
        if (findings.HasErrors || initrd is null || project.Items(From) is [] || !HostFile.IsFolder(Source))
            return null;
        project.Places[Path.Join(Source, SnapFile.YamlPath)] = Path.Join(Source, "snap.yaml");
        return new()
        {
            SourceFolder = Source,
            From = project.Paths(From),
            BaseInitrd = initrd,
            Time = time,
            Lists = OwnLists(),
        };
    }

    /// <summary>The key of the packed snap in the cache: all bytes that it follows from.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="spool">Keeps an initrd that lies in an image.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public static StageKey Key(
        StageCache cache, KernelSnapRequest request, SpoolFolder spool, CancellationToken cancellation)
    {
        string DigestOf(string path) => HostFile.IsFolder(path)
            ? TreeDigest.Of(FolderTree.Read(path, new()
            {
                NormalizePermissions = true,
                ModificationTime = request.Time,
            }), cache.Digests, cancellation)
            : Convert.ToHexStringLower(cache.Digests.Of(HashAlgorithmName.SHA256,
                ArtefactFile.Keep(path, spool.Keep, cancellation), cancellation));

        StageKey key = cache.Key("pack kernel snap").Add("compressor", Compressor.XzVersion())
            .Add("time", request.Time is { } time ? time.UnixSeconds.ToString(CultureInfo.InvariantCulture) : "");
        foreach (string path in (string[])[request.SourceFolder, .. request.From, request.BaseInitrd])
            key.Add("input", DigestOf(path));
        foreach ((string name, KernelList list) in request.Lists.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            key.Add("list", name);
            foreach (KernelListEntry entry in list.Entries)
                key.Add(entry.IsOptional ? "may" : "must", $"{entry.Name} {entry.Target}");
        }
        return key;
    }

    /// <summary>The address of a base's initrd; null where none has one.</summary>
    private static string? InitrdOf(IEnumerable<SnapFile> bases)
    {
        foreach (SnapFile snap in bases.Where(one => one.Type == SnapType.Base))
        {
            string? name = (snap.Root.Find("boot") as DirectoryNode)?.Children.Keys
                .Where(one => one.StartsWith("initrd.img", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                .FirstOrDefault();
            if (name is not null)
                return HostFile.IsFolder(snap.Path) ? $"{snap.Path}/boot/{name}" : $"{snap.Path}:/boot/{name}";
        }
        return null;
    }

    private ImmutableDictionary<string, KernelList> OwnLists() => ProjectFieldList.All
        .Where(field => field.Name.StartsWith(Lists, StringComparison.Ordinal) && project.Find(field.Name) is not null)
        .ToImmutableDictionary(field => $"{field.Key}.list", field => new KernelList(
            project.LayerOf(field.Name).Path ?? project.Path,
            [
                .. project.Items(field.Name).SelectMany(item => KernelList.Parse("", item.Text).Entries
                    .Select(entry => entry with { Span = item.Span })),
            ]));
}
