// The lives of a board that Ubuntu Core must get through, played with the image's own environment and files:
//
//   first-boot            as the board leaves the factory
//   update                snapd asks for a trial, the new kernel comes up and is confirmed
//   update-base           the same with a new base
//   failed-update         the new kernel never comes up: the old one must come back
//   missing-kernel        the new kernel's file is not there
//   missing-environment   uboot.env is lost: U-Boot's own environment must boot
//   damaged-environment   its checksum is wrong
//   save-refused          a trial that cannot be noted down must not begin
//   power-cut             the power goes while U-Boot saves, when the old file is deleted and the new one not there
//   power-cut-before, -torn, -after   when nothing is written; when the new file lacks its content; when all is
//
// What snapd does between two starts: bootloader/uboot in snapd, boot variables of Ubuntu Core 16 and 18.
using System.Collections.Immutable;
using JetsonCore.Boot.Commands;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Scenarios;

/// <summary>Plays scenarios on a board.</summary>
public sealed class ScenarioRunner(UBootBoard board, BoardDisk disk, IReadOnlyDictionary<string, string>? builtIn)
{
    private const int StartsMax = 6;
    private const string KernelVariable = "snap_kernel", BaseVariable = "snap_core", ModeVariable = "snap_mode";
    private const string TryKernelVariable = "snap_try_kernel", TryBaseVariable = "snap_try_core";
    private const string NewKernel = "new-kernel_x2.snap", NewBase = "new-base_x2.snap", KernelFile = "kernel.img";

    /// <summary>Runs lines as typed at the prompt.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="environment">The variables before.</param>
    public ScenarioResult RunScript(IEnumerable<string> lines, IReadOnlyDictionary<string, string> environment)
    {
        BoardStory story = Begin("script", environment);
        story.Type(lines, environment);
        return story.End(isGood: true);
    }

    /// <summary>Plays all scenarios; those about U-Boot's own environment only where that is known.</summary>
    public ImmutableArray<ScenarioResult> RunAll()
    {
        ScenarioResult first = FirstBoot();
        List<ScenarioResult> results = [first];
        // A board that does not boot at all fails all the others for the same reason.
        if (first.IsGood)
        {
            results.AddRange(
            [
                Update("update", (TryKernelVariable, NewKernel), KernelVariable),
                Update("update-base", (TryBaseVariable, NewBase), BaseVariable),
                FailedUpdate(), MissingKernel(),
            ]);
            if (builtIn is not null)
            {
                results.Add(WithoutEnvironment("missing-environment", damaged: false));
                results.Add(WithoutEnvironment("damaged-environment", damaged: true));
            }
            results.Add(SaveRefused());
            if (builtIn is not null)
            {
                results.Add(PowerCut("power-cut", UBootPowerCut.FileLost));
                results.Add(PowerCut("power-cut-torn", UBootPowerCut.FileTorn));
            }
            results.Add(PowerCut("power-cut-before", UBootPowerCut.BeforeAll));
            results.Add(PowerCut("power-cut-after", UBootPowerCut.AfterAll));
        }
        return [.. results];
    }

    private BoardStory Begin(string name, IReadOnlyDictionary<string, string>? own = null)
    {
        IReadOnlyDictionary<string, string> carried = own ?? builtIn ?? ImmutableDictionary<string, string>.Empty;
        return new(name, board, disk.Fresh(), new()
        {
            BuiltIn = carried.ToDictionary(
                entry => UBootText.FromHost(entry.Key), entry => UBootText.FromHost(entry.Value),
                StringComparer.Ordinal),
        });
    }

    private ScenarioResult FirstBoot()
    {
        BoardStory story = Begin("first-boot");
        if (story.SystemBoot is null)
        {
            story.Find(BootRules.NoBoard, "cannot boot: neither the first partition nor the image as a whole is a file "
                + "system that U-Boot reads", "name an image that jetson-core build has made");
        }
        if (story.SystemBoot is { UnwritableFeature: { } feature })
        {
            story.Find(BootRules.Unwritable,
                $"cannot update: system-boot has the ext4 feature {feature}, and U-Boot refuses to write there",
                $"make it with mke2fs -O ^{feature}, or jetson-core fs make ext4, which leaves the feature out");
        }
        story.Start();
        return Judge(story);
    }

    private ScenarioResult Update(string name, (string Variable, string Value) trial, string lasting)
    {
        BoardStory story = Begin(name);
        AddNewKernel(story, isComplete: true);
        story.Change((ModeVariable, "try"), trial);
        story.Start();
        RequireTrial(story, trial);
        // It came up: snapd notes that down, and the next start is a normal one.
        story.Change((lasting, trial.Value), (ModeVariable, ""), (trial.Variable, ""));
        story.Start();
        if (story.Booted is { } booted && !Names(booted, trial.Value))
        {
            story.Find(BootRules.NoTrial, $"the confirmed \"{trial.Value}\" does not boot: the command line is "
                + $"\"{booted.CommandLine}\"", $"pass {lasting} on the kernel's command line");
        }
        return Judge(story);
    }

    private ScenarioResult FailedUpdate()
    {
        BoardStory story = Begin("failed-update");
        AddNewKernel(story, isComplete: true);
        string old = story.ReadEnvironment()?.GetValueOrDefault(KernelVariable) ?? "";
        story.Change((ModeVariable, "try"), (TryKernelVariable, NewKernel));
        return JudgeRevert(story, old, "it comes up and panics");
    }

    private ScenarioResult MissingKernel()
    {
        BoardStory story = Begin("missing-kernel");
        AddNewKernel(story, isComplete: false);
        string old = story.ReadEnvironment()?.GetValueOrDefault(KernelVariable) ?? "";
        story.Change((ModeVariable, "try"), (TryKernelVariable, NewKernel));
        return JudgeRevert(story, old, "its kernel.img is missing");
    }

    private ScenarioResult WithoutEnvironment(string name, bool damaged)
    {
        BoardStory story = Begin(name);
        string core = BaseOf(story);
        if (damaged)
            story.SystemBoot?.Write(UBootEnvironmentStore.Path, FileContent.Of(new byte[board.EnvironmentSize]));
        else
            story.SystemBoot?.Delete(UBootEnvironmentStore.Path);
        story.Start();
        return JudgeBuiltIn(story, core);
    }

    private ScenarioResult SaveRefused()
    {
        BoardStory story = Begin("save-refused");
        AddNewKernel(story, isComplete: true);
        story.Change((ModeVariable, "try"), (TryKernelVariable, NewKernel));
        story.Start(new(RefusesSaving: true));
        if (story.Booted is { } booted && booted.Kernel.Contains(NewKernel, StringComparison.Ordinal))
        {
            story.Find(BootRules.IgnoredSave,
                "cannot update safely: the new kernel starts although \"trying\" could not be saved; should it fail, "
                    + "the next start tries it again, for ever",
                "in the boot script, write: if saveenv; then …new…; else …old…; fi");
        }
        return Judge(story);
    }

    private ScenarioResult PowerCut(string name, UBootPowerCut cut)
    {
        BoardStory story = Begin(name);
        AddNewKernel(story, isComplete: true);
        story.Change((ModeVariable, "try"), (TryKernelVariable, NewKernel));
        string core = BaseOf(story);
        story.Start(new(PowerCut: cut));
        story.Start();
        return cut is UBootPowerCut.FileLost or UBootPowerCut.FileTorn ? JudgeBuiltIn(story, core) : Judge(story);
    }

    private static void AddNewKernel(BoardStory story, bool isComplete)
    {
        if (story.SystemBoot is not { } fileSystem
            || story.ReadEnvironment()?.GetValueOrDefault(KernelVariable) is not { Length: > 0 } old
            || fileSystem.FindFolder(old) is not { } folder)
        {
            return;
        }
        foreach ((string path, FileNode node) in folder.Walk())
        {
            if (node is RegularFileNode file && (isComplete || path != KernelFile))
                fileSystem.Write($"/{NewKernel}/{UBootText.FromHost(path)}", file.Content);
        }
    }

    private static void RequireTrial(BoardStory story, (string Variable, string Value) trial)
    {
        if (story.Booted is not { } booted || Names(booted, trial.Value))
            return;
        story.Find(BootRules.NoTrial, $"cannot update: with snap_mode=try and {trial.Variable}={trial.Value} the old "
            + $"one starts: \"{booted.CommandLine}\"",
            $"let the boot script read snap_mode (not snappy_mode) and use {trial.Variable} when it is \"try\"");
    }

    private static bool Names(BootedKernel booted, string snap) =>
        booted.CommandLine.Contains($"={snap}", StringComparison.Ordinal);

    /// <summary>Starts until the old kernel is back; a new kernel that starts is taken to fail.</summary>
    private static ScenarioResult JudgeRevert(BoardStory story, string old, string fault)
    {
        for (int start = 0; start < StartsMax; start++)
        {
            story.Start();
            bool isBack = story.Booted is { } booted && Names(booted, old);
            if (isBack || story.Trace.End is UBootEnd.TooLong or UBootEnd.Recursion)
                return Judge(story);
            if (story.Trace.End is UBootEnd.Prompt or UBootEnd.Stopped)
                break;
        }
        if (story.Trace.End is UBootEnd.Prompt or UBootEnd.Stopped)
        {
            story.Find(BootRules.EndlessUpdate, $"cannot revert: after a trial that fails ({fault}) U-Boot's prompt is "
                + "left", "end a trial whose files cannot be loaded with \"reset\": the next start reverts it");
        }
        else
        {
            story.Find(BootRules.EndlessUpdate, $"cannot revert: {StartsMax} starts after the trial began \"{old}\" "
                + $"has not come back ({fault})",
                "save snap_mode=trying before the new kernel starts, and boot the old one when it is found at a start");
        }
        return Judge(story);
    }

    private static string BaseOf(BoardStory story) =>
        story.ReadEnvironment()?.GetValueOrDefault(BaseVariable) ?? "";

    private static ScenarioResult JudgeBuiltIn(BoardStory story, string core)
    {
        const string Hint =
            "build U-Boot with CONFIG_DEFAULT_ENV_FILE of this environment and the names of this image's snaps";
        bool isGood = story.Booted is { } booted && Names(booted, core);
        if (story.Booted is null)
        {
            story.Find(BootRules.BuiltIn, "without uboot.env the board does not boot: U-Boot's own does not "
                + "start a kernel of this image", Hint);
        }
        else if (!isGood)
        {
            story.Find(BootRules.BuiltIn, $"without uboot.env the board does not boot on this image's base \"{core}\": "
                + $"U-Boot's own says \"{story.Booted.CommandLine}\"", Hint);
        }
        else
        {
            CheckPlaces(story);
        }
        return story.End(isGood);
    }

    private static ScenarioResult Judge(BoardStory story)
    {
        if (story.Booted is null && story.Trace.End is UBootEnd.Prompt or UBootEnd.Stopped or UBootEnd.Reset)
        {
            string ending = story.Trace.End == UBootEnd.Reset ? "the board starts over" : "U-Boot's prompt is left";
            story.Find(BootRules.NoKernel,
                $"cannot boot: no kernel starts, {ending}; the console's last word is \"{story.LastLine}\"",
                "see how it comes to that: jetson-core env simulate IMAGE --console");
        }
        CheckPlaces(story);
        return story.End(isGood: story.Booted is not null);
    }

    private static void CheckPlaces(BoardStory story)
    {
        foreach (string overlap in MemoryPlaces.Overlaps(story.Board, story.Trace))
        {
            story.Find(BootRules.Overlap, $"cannot boot: {overlap}",
                "change kernel_addr_r, fdt_addr_r or ramdisk_addr_r in the gadget's environment");
        }
    }
}
