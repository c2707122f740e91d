// A machine with the system for development: what its snapd says of itself, and updates that it is asked for.
using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class SeededMachine : IDisposable
{
    /// <summary>Seeding takes 160 s on an idle machine, a restart that snapd asks for a minute and a boot.</summary>
    private static readonly TimeSpan SeedLimit = TimeSpan.FromMinutes(20), RestartLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);

    private readonly ITestOutputHelper _output;
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly BootDisk _disk;
    private readonly VirtualMachine _machine;

    /// <summary>Starts a copy of an image, with files in /home.</summary>
    public SeededMachine(string image, ITestOutputHelper output, params string[] home)
    {
        _output = output;
        _disk = new(image);
        _disk.DebugFs("writable", "mkdir /user-data");
        foreach (string file in home)
            _disk.DebugFs("writable", $"write {SeedImages.File(file)} /user-data/{file}");
        _machine = new(_disk, SeedImages.Processors);
    }

    /// <summary>Waits for the first shell, and for what else the console then shows.</summary>
    public void Start(params string[] more)
    {
        _machine.Expect(SeedLimit,
            [VirtualMachine.Prompt, "this device trusts keys that everyone has", "snapd starts from the seed", .. more]);
        Say("boots to the shell, snapd has begun");
    }

    public void WaitForSeeding()
    {
        _machine.Expect(SeedLimit, "JetsonCore base: snapd has left the seed");
        Say("snapd has installed itself");
        string change = Until("snap changes 2>&1 | grep 'Initialize system'", IsOver, SeedLimit);
        Say(change);
        Assert.True(change.Contains(" Done ", StringComparison.Ordinal), $"{change}\n{Ask("snap change 1 | tail -n 40")}");
    }

    /// <summary>Lets snapd update a snap, and waits for the shell of the boot that stays and the end of the change.</summary>
    public string Update(string name)
    {
        string asked = Ask($"snap ack /home/{name}.assert && snap install --no-wait /home/{name}.snap");
        Say($"{name} is asked for: {asked}");
        Assert.DoesNotContain("error", asked, StringComparison.Ordinal);
        _machine.Expect(RestartLimit, "reboot: Restarting system");
        Say("snapd restarts the machine");
        // a panic and the way back are in here
        _machine.Expect(RestartLimit, VirtualMachine.Prompt, "JetsonCore base: snapd is installed");
        Say("boots to the shell");
        string change = Until($"snap changes 2>&1 | grep {name}.snap", IsOver, RestartLimit);
        Say(change);
        return change;
    }

    /// <summary>What a command prints, for as long as it takes until that is what is waited for.</summary>
    public string Until(string command, Func<string, bool> isIt, TimeSpan limit)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            string answer = Ask(command);
            if (isIt(answer))
                return answer;
            Assert.True(waited.Elapsed < limit, $"after {limit} {command} still says\n{answer}");
            Thread.Sleep(PollInterval);
        }
    }

    public string Ask(string command) => _machine.Ask(command);

    /// <summary>The boot variables as snapd and U-Boot have left them.</summary>
    public string BootVariables() => Ask("tr '\\0' '\\n' </boot/uboot/uboot.env | grep -a ^snap_");

    /// <summary>Powers off; the file systems must be whole.</summary>
    public void PowerOff()
    {
        _machine.PowerOff();
        Say("is off");
        _disk.CheckFileSystems();
    }

    public void Dispose()
    {
        _machine.Dispose();
        _disk.Dispose();
    }

    private static bool IsOver(string changes) =>
        new[] { " Done ", " Error " }.Any(state => changes.Contains(state, StringComparison.Ordinal));

    private void Say(string what) => _output.WriteLine($"{_time.Elapsed.TotalSeconds,6:0} s  {what.Trim()}");
}
