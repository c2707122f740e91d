// The options of `build PROJECT`: which profiles, what is set over the file, what to show or make of it.
using System.CommandLine;
using JetsonCore.Build;
using JetsonCore.Cache;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Project;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Commands;

/// <summary>Reads and obeys them.</summary>
/// <param name="build">The other options of the verb.</param>
internal sealed class ProjectArguments(BuildArguments build)
{
    private const string GadgetPart = "gadget", KernelPart = "kernel";

    private readonly Option<string[]> _profiles = new("--profile")
    {
        Description = "use a profile of the project, over what else it says; can be given several times",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _settings = new("--set")
    {
        Description = "set a field of the project, such as image.size=4G; of a list each adds an item; can be given "
            + "several times",
        HelpName = "FIELD=VALUE",
    };

    private readonly Option<bool> _print = new("--print")
    {
        Description = "print the resolved project, with who says what, and build nothing",
    };

    private readonly Option<string?> _only = new("--only")
    {
        Description = $"make only the project's {GadgetPart} or {KernelPart} snap, as a file in the output folder",
        HelpName = "PART",
    };

    public void AddTo(Command command)
    {
        _only.AcceptOnlyFromAmong(GadgetPart, KernelPart);
        foreach (Option option in (Option[])[_profiles, _settings, _print, _only])
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(build.Project) is not null)
                return;
            foreach (Option option in (Option[])[_profiles, _settings, _print, _only])
            {
                if (result.GetResult(option) is { Implicit: false })
                    result.AddError($"{option.Name} goes with a PROJECT: name its folder");
            }
        });
    }

    /// <summary>Does what is asked for with a project.</summary>
    public ExitCode Run(string path, ParseResult parsed, Terminal terminal)
    {
        var diagnostics = new DiagnosticBag();
        var project = BuildProject.Load(new()
        {
            Path = path,
            Profiles = parsed.GetValue(_profiles) ?? [],
            Settings = parsed.GetValue(_settings) ?? [],
            Environment = Environment.GetEnvironmentVariable,
        }, diagnostics);
        if (parsed.GetValue(_print))
        {
            DiagnosticPrinter.Print(diagnostics, terminal.Error);
            terminal.Output.Write(ProjectPrinter.Resolved(project));
            return diagnostics.HasErrors ? ExitCode.Findings : ExitCode.Success;
        }
        BuildOptions given = build.Read(parsed, new());
        string? part = parsed.GetValue(_only);
        ProjectInputs.Check(project, field => IsWanted(field.Name, given, part, project), diagnostics);
        BuildOptions options = build.Read(parsed, ProjectOptions.Of(project));
        if (part is not null)
            return MakePart(part, options, diagnostics, terminal);
        ProjectOptions.Check(options, diagnostics);
        return BuildCommand.Run(options, diagnostics, terminal);
    }

    /// <summary>Whether a field counts, beside what the arguments give in its place.</summary>
    private static bool IsWanted(string field, BuildOptions given, string? part, BuildProject project)
    {
        if (field is ProjectInputs.GadgetSnap or ProjectInputs.KernelSnap)
            return part is null && (field == ProjectInputs.GadgetSnap ? given.Gadget : given.Kernel) is null;
        return field.Split('.')[0] switch
        {
            GadgetPart => part == GadgetPart
                || (part is null && given.Gadget is null && project.Find(ProjectInputs.GadgetSnap) is null),
            KernelPart => part == KernelPart
                || (part is null && given.Kernel is null && project.Find(ProjectInputs.KernelSnap) is null),
            "model" => part is null && given.ModelPath is null && given.ModelHeadersPath is null,
            "snaps" => part is not GadgetPart,
            _ => part is null,
        };
    }

    private static ExitCode MakePart(
        string part, BuildOptions options, DiagnosticBag diagnostics, Terminal terminal)
    {
        using var interruption = new Interruption();
        using ProgressDisplay display = options.Progress.Open(terminal);
        using StageCache? cache = options.UsesCache
            ? StageCache.OfUser(Environment.GetEnvironmentVariable, null, diagnostics) : null;
        var gathering = new Gathering(diagnostics, isOn: true);
        BuildClock clock = options.Clock ?? new(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), "now");
        using var opened = new OpenedSnaps(options.OutputFolder, clock.FileTime, cache);
        using var made = new ProjectSnaps(options, opened, display.Work, cache);
        SnapFile[] bases = part == KernelPart && !made.HasInitrd
            ? [.. options.Snaps.Select(snap => snap.Path).OfType<string>().Select(path => gathering.Try(() =>
                NamedInputs.Snap(opened, path, clock.FileTime, diagnostics, interruption.Token))).OfType<SnapFile>()]
            : [];
        SnapFile? snap = gathering.Try(() => part == GadgetPart
            ? made.MakeGadget(clock.FileTime, null, diagnostics, interruption.Token)
            : made.MakeKernel(bases, diagnostics, interruption.Token));
        display.Stop();
        DiagnosticPrinter.Print(options.Project!.AtSources(diagnostics), terminal.Error);
        if (snap is null || diagnostics.HasErrors)
            return gathering.Code;
        string path = Path.Combine(options.OutputFolder, snap.Definition.FileName);
        using OutputFile file = OutputFile.Create(path, options.Force);
        using (Stream content = snap.Content.Open())
            content.CopyTo(file.Stream);
        file.Commit();
        terminal.Output.WriteLine(path);
        return ExitCode.Success;
    }
}
