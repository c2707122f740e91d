// `flash apply` and the bundle's script, killed in the middle: run again they end with the tree that an uninterrupted run
// makes, and undone with the tree of before, to the last byte. With SOAK=1 at every call that changes a file.
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Flash;

public sealed class FlashInterruptionTests(FlashDevice device) : IClassFixture<FlashDevice>, IDisposable
{
    private const string OwnImage = "bootloader/system.img";

    private static readonly string[] Calls =
        ["renameat2", "renameat", "unlink", "mkdir", "rmdir", "fsync", "pwrite64", "ftruncate", "flock", "openat"];

    private readonly TempFolder _temp = new();
    private readonly FlashDevice _device = device;

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("renameat2", 1)]        // the mark that work goes on
    [InlineData("renameat2", 2)]        // the journal
    [InlineData("renameat", 1)]         // the image that was in the way
    [InlineData("renameat2", 3)]        // ours
    [InlineData("renameat2", 5)]
    [InlineData("renameat2", 7)]        // the board file
    [InlineData("renameat2", 8)]        // the journal again
    [InlineData("unlink", 1)]
    [InlineData("mkdir", 1)]
    [InlineData("fsync", 5)]
    [InlineData("pwrite64", 3)]
    public void An_apply_that_is_killed_can_be_ended_and_undone(string call, int count)
    {
        var trees = new Trees(this);
        Assert.True(trees.KillApplying(call, count), $"there is no call {count} of {call}");
    }

    [Theory]
    [InlineData("renameat2", 1)]
    [InlineData("renameat", 1)]
    [InlineData("unlink", 1)]
    [InlineData("unlink", 3)]
    [InlineData("unlink", 5)]
    [InlineData("rmdir", 1)]
    public void An_undo_that_is_killed_can_be_ended_and_applied_again(string call, int count)
    {
        var trees = new Trees(this);
        Assert.True(trees.KillUndoing(call, count), $"there is no call {count} of {call}");
    }

    /// <summary>Every call, for soaks; without SOAK=1 none.</summary>
    [Fact]
    public void Every_call_may_be_the_last()
    {
        var trees = new Trees(this);
        foreach (string call in Calls)
        {
            int last = Soak.Rounds(check: 0, soak: 1000);
            for (int count = 1; count <= last && trees.KillApplying(call, count); count++)
            {
            }
            for (int count = 1; count <= last && trees.KillUndoing(call, count); count++)
            {
            }
        }
    }

    /// <summary>The script is killed by the program it starts, before or after that has done its work.</summary>
    [Theory]
    [InlineData("dash", false)]
    [InlineData("busybox", true)]
    public void A_script_that_is_killed_can_be_run_again_and_undone(string shell, bool isAfter)
    {
        string bundle = _temp.File("bundle"), tree = _temp.File("tree");
        Directory.CreateDirectory(bundle);
        Oracle.Run("tar", "-xf", _device.BundlePath, "-C", bundle).MustSucceed();
        int step = Soak.Rounds(check: 4, soak: 1);
        for (int count = step; ; count += step)
        {
            MakeTree(tree);
            string before = Sums(tree);
            if (RunScript(shell, bundle, tree, "--no-flash", (count, isAfter)).ExitCode == 0)
            {
                Assert.InRange(count, 10, 100);
                return;
            }
            Oracle.Run("cp", "-a", tree, tree + "-undone").MustSucceed();
            RunScript(shell, bundle, tree + "-undone", "--undo").MustSucceed();
            RemoveWhatFlashScriptMade(tree + "-undone");
            Assert.Equal(before, Sums(tree + "-undone"));
            RunScript(shell, bundle, tree, "--no-flash").MustSucceed();
            CliRun check = CliRun.Of("flash", "check", tree, "--bundle", bundle);
            Assert.True(check.ExitCode == 0, check.Output);
            RunScript(shell, bundle, tree, "--undo").MustSucceed();
            RemoveWhatFlashScriptMade(tree);
            Assert.Equal(before, Sums(tree));
            Oracle.Run("rm", "-rf", tree, tree + "-undone").MustSucceed();
        }
    }

    private static void MakeTree(string tree)
    {
        SampleL4t.Write(tree, SampleRelease.R28);
        File.WriteAllText(Path.Combine(tree, OwnImage), "an image of one's own");
    }

    private OracleResult RunScript(
        string shell, string bundle, string tree, string option, (int Count, bool IsAfter)? death = null)
    {
        string programs = _temp.File("programs");
        Oracle.Run("rm", "-rf", programs).MustSucceed();
        Directory.CreateDirectory(programs);
        Program(programs, "id", "echo 0");
        Program(programs, "python", "echo 2.7");
        foreach (string name in (string[])["cp", "mv", "rm", "mkdir", "awk", "cat"])
        {
            if (death is not { } at)
                continue;
            string count = Path.Combine(programs, "count");
            Program(programs, name, $"""
                echo >>'{count}'
                if [ "$(/usr/bin/wc -l <'{count}')" = {at.Count} ]; then
                  {(at.IsAfter ? $"/usr/bin/{name} \"$@\"" : ":")}
                  kill -9 $PPID
                  exit 1
                fi
                exec /usr/bin/{name} "$@"
                """);
        }
        return Oracle.Run(new OracleCall("env")
        {
            Arguments =
            [
                $"PATH={programs}:/usr/bin:/bin", shell, .. shell == "busybox" ? (string[])["sh"] : [],
                Path.Combine(bundle, "flash-ubuntu-core.sh"), option, tree,
            ],
        });
    }

    private static void Program(string folder, string name, string body)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
    }

    /// <summary>What flash.sh itself leaves in a tree of R28 or R32; no run of ours takes that away.</summary>
    internal static void RemoveWhatFlashScriptMade(string tree)
    {
        foreach (string name in (string[])
            ["boot.img", "flash.xml", "flashcmd.txt", "flash_parameters.txt", "initrd", "ppt.img", "cboot.bin",
                "warmboot.bin", "nvtboot.bin", "tegra210-jetson-tx1-p2597-2180-a01-devkit.dtb",
                "kernel_tegra210-jetson-tx1-p2597-2180-a01-devkit.dtb", "crc-flash.xml.bin", "emmc_bootblob_ver.txt",
                "sc7entry-firmware.bin"])
        {
            File.Delete(Path.Combine(tree, "bootloader", name));
        }
        if (Directory.Exists(Path.Combine(tree, "rootfs/etc")))
            File.Delete(Path.Combine(tree, "rootfs/etc/nv_boot_control.conf"));
        if (Directory.Exists(Path.Combine(tree, "rootfs/boot")))
            Directory.Delete(Path.Combine(tree, "rootfs/boot"), recursive: true);
    }

    private static string Sums(string tree) => Oracle.Run(new OracleCall("bash")
    {
        Arguments = ["-c", "find . -mindepth 1 -printf '%y %m %p %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum"],
        Folder = tree,
    }).MustSucceed();

    /// <summary>A tree with an image of one's own, and the same with the bundle applied.</summary>
    private sealed class Trees
    {
        private readonly FlashInterruptionTests _tests;
        private readonly string _fresh, _applied, _freshSums, _appliedSums, _work;

        public Trees(FlashInterruptionTests tests)
        {
            _tests = tests;
            (_fresh, _applied, _work) = (tests._temp.File("fresh"), tests._temp.File("applied"), tests._temp.File("work"));
            MakeTree(_fresh);
            Oracle.Run("cp", "-a", _fresh, _applied).MustSucceed();
            CliRun.Succeed("flash", "apply", _applied, "--build", tests._device.Build);
            (_freshSums, _appliedSums) = (Sums(_fresh), Sums(_applied));
        }

        public bool KillApplying(string call, int count) => Kill(call, count, _fresh, "--build", _tests._device.Build);

        public bool KillUndoing(string call, int count) => Kill(call, count, _applied, "--undo");

        private bool Kill(string call, int count, string start, params string[] options)
        {
            foreach (bool isUndone in (bool[])[false, true])
            {
                Oracle.Run("rm", "-rf", _work).MustSucceed();
                Oracle.Run("cp", "-a", start, _work).MustSucceed();
                var program = new ProgramProcess(new Dictionary<string, string> { ["USER"] = "root" });
                (_, bool happened) = program.RunWithFault(
                    $"{call}:signal=KILL:when={count}", ["flash", "apply", _work, .. options]);
                if (!happened)
                    return false;
                string[] next = isUndone ? ["--undo"] : ["--build", _tests._device.Build];
                CliRun.Succeed(["flash", "apply", _work, .. next]);
                string wanted = isUndone ? _freshSums : _appliedSums, found = Sums(_work);
                Assert.True(wanted == found, $"{call} {count} of {string.Join(' ', options)}, then "
                    + $"{(isUndone ? "undone" : "applied")}:\n{found}\nwanted:\n{wanted}");
            }
            return true;
        }
    }
}
