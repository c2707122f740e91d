// `jetson-core disk repair IMAGE`: both copies of a partition table whole again, the backup at the end of the disk.
using System.CommandLine;
using JetsonCore.Cli.Shell;
using JetsonCore.Files;
using JetsonCore.Formats.Gpt;

namespace JetsonCore.Cli.Commands;

internal static class DiskCommand
{
    public static Command Create(Terminal terminal) => new("disk", "Mend the partition table of a disk image")
    {
        CreateRepair(terminal),
    };

    private static Command CreateRepair(Terminal terminal)
    {
        var image = new Argument<string>("IMAGE") { Description = "the image of a whole disk with a GPT" };
        var command = new Command("repair", """
            Make both copies of a GPT whole again, the backup at the end, as sgdisk --move-second-header does

            For an image that has grown, or whose table is damaged in one place. Partitions stay where they are.

            Example:
              truncate -s 16G jetson.img
              jetson-core disk repair jetson.img
            """)
        {
            image,
        };
        command.SetAction(parsed => (int)Repair(parsed.GetRequiredValue(image), terminal));
        return command;
    }

    private static ExitCode Repair(string path, Terminal terminal)
    {
        using FileStream image = DiskFile.Open(path, FileAccess.ReadWrite);
        GptTable table = Failures.About(path, () => GptRepair.Repair(image)).Table;
        Posix.Sync(image.SafeFileHandle, path);
        terminal.Output.WriteLine(
            $"{path}: {table.Entries.Length} partitions; {table.SectorCount} sectors, the last for the backup table");
        return ExitCode.Success;
    }
}
