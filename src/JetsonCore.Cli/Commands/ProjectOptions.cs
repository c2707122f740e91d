// What a project says to `build`: its fields as the options that they stand for. What it names is looked for first.
using JetsonCore.Boot.Commands;
using JetsonCore.Build;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Flash;
using JetsonCore.Project;

namespace JetsonCore.Cli.Commands;

internal static class ProjectOptions
{
    private const string Headers = "model.headers", File = "model.file", Signed = "model.signed";
    private const string SignKey = "model.sign-key", Time = "time";

    /// <summary>The options of a project.</summary>
    public static BuildOptions Of(BuildProject project) => new()
    {
        Project = project,
        Clock = project.Text(Time) is { } time && ProjectText.Seconds(time) is { } seconds
            ? new BuildClock(seconds.UnixSeconds, $"{project.Path}: {Time}") : null,
        ModelPath = project.PathOf(Signed),
        ModelHeadersPath = project.PathOf(File),
        SignKey = project.Text(SignKey),
        Gadget = SnapOf(project, ProjectInputs.GadgetSnap),
        Kernel = SnapOf(project, ProjectInputs.KernelSnap),
        Snaps = [.. project.Items("snaps").Select(item => Snap(item, project.LayerOf("snaps")))],
        StoreDir = project.PathOf("store.dir"),
        LockPath = project.PathOf("store.lock"),
        RevisionsPath = project.PathOf("store.revisions"),
        Store = new() { IsOffline = project.Flag("store.offline") },
        Assertions = project.Paths("assertions"),
        Trust = project.Paths("trust"),
        AllowUnvouched = project.Flag("allow-unvouched"),
        DisableConsoleConf = !project.Flag("first-boot.console-conf"),
        CloudInitPath = project.PathOf("first-boot.cloud-init"),
        AutoImportPath = project.PathOf("first-boot.auto-import"),
        IsFactoryImage = project.Flag("first-boot.factory"),
        OutputFolder = project.PathOf("output")!,
        Channel = project.Text("channel"),
        SystemLabel = project.Text("system-label"),
        ImageSizeBytes = project.Size("image.size"),
        SectorSize = (int)project.Size("image.sector-size")!,
        Board = project.Text("image.ram") is { } ram ? UBootBoard.ReadRam(ram) : null,
        FlashTargetName = project.Text("flash.target")!,
        Bundle = new()
        {
            Sparse = project.Flag("flash.sparse"),
            UBootForR24 = project.Flag("flash.uboot-for-r24"),
            Compression = Enum.Parse<BundleCompression>(project.Text("flash.tar-format")!, ignoreCase: true),
        },
    };

    /// <summary>Judges what fields say together.</summary>
    /// <param name="options">The options, some of which may stand in the place of what the project says.</param>
    /// <param name="findings">Takes what does not fit.</param>
    public static void Check(BuildOptions options, DiagnosticBag findings)
    {
        BuildProject project = options.Project!;
        CheckModel(options, findings);
        if (options.ImageSizeBytes is { } size && size % options.SectorSize != 0)
        {
            project.Report("image.size", project.Item("image.size"), findings, new()
            {
                Rule = ProjectRules.Value,
                Severity = Severity.Error,
                Message = $"cannot use {size} as image.size: that is no whole sectors of {options.SectorSize} bytes",
                Hint = $"write {(size / options.SectorSize + 1) * options.SectorSize}",
            });
        }
    }

    private static void CheckModel(BuildOptions options, DiagnosticBag findings)
    {
        BuildProject project = options.Project!;
        bool isSigned = options.ModelPath is not null, isFile = options.ModelHeadersPath is not null;
        bool isInline = project.Find(Headers)?.Headers is not null;
        if ((isSigned && options.ModelPath != project.PathOf(Signed))
            || (isFile && options.ModelHeadersPath != project.PathOf(File)))
        {
            return;             // the command line has the last word
        }
        int count = (isSigned ? 1 : 0) + (isFile ? 1 : 0) + (isInline ? 1 : 0);
        string? field = count switch
        {
            0 when !Array.Exists([Signed, File, Headers], name => project.Find(name) is not null) => Headers,
            > 1 when isSigned => Signed,
            > 1 => File,
            _ => null,
        };
        if (field is not null)
        {
            Report(project, field, field == Headers
                ? "cannot build: the project has no model" : "cannot tell which model is meant: there are several",
                $"write {Headers} or {File} with {SignKey}, or {Signed}; a field without a value has none", findings);
        }
        else if (!isSigned && (isFile || isInline) && options.SignKey is null)
        {
            Report(project, isFile ? File : Headers, $"cannot sign the model: {SignKey} names no key",
                $"write {SignKey}; \"jetson-core key create NAME\" makes one", findings);
        }
    }

    private static void Report(
        BuildProject project, string field, string message, string hint, DiagnosticBag findings) =>
        project.Report(field, project.Find(field)?.Items.FirstOrDefault(), findings, new()
        {
            Rule = ProjectRules.Model,
            Severity = Severity.Error,
            Message = message,
            Hint = hint,
        });

    private static SnapArgument? SnapOf(BuildProject project, string field) =>
        project.Item(field) is { } item ? Snap(item, project.LayerOf(field)) : null;

    private static SnapArgument Snap(ProjectItem item, ProjectLayer layer) =>
        ProjectSnapName.PathOf(item.Text, layer) is { } path
            ? new(path, null, null) : SnapArgument.RequireName(item.Text);
}
