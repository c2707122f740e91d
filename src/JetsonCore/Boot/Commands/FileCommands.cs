// load, size, save, ls, fstype and their forms for one kind of file system (ext4load, fatload, …).
// Source: U-Boot 2023.01, fs/fs.c, measured in QEMU. How long reading takes is not simulated: it is 0 ms.
using System.Globalization;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Commands;

internal static class FileCommands
{
    public static UBootCommand[] All { get; } =
    [
        Load("load", null),
        Load("ext4load", UBootFileSystemKind.Ext4),
        Load("ext2load", UBootFileSystemKind.Ext4),
        Load("fatload", UBootFileSystemKind.Fat),
        Size("size", null),
        Size("ext4size", UBootFileSystemKind.Ext4),
        Size("fatsize", UBootFileSystemKind.Fat),
        new("save", 7, (machine, words) => Save(machine, words, null)) { IsRepeatable = false },
        new("ext4write", 7, (machine, words) => Save(machine, words, UBootFileSystemKind.Ext4)),
        new("fatwrite", 7, (machine, words) => Save(machine, words, UBootFileSystemKind.Fat)) { IsRepeatable = false },
        List("ls", null),
        List("ext4ls", UBootFileSystemKind.Ext4),
        List("ext2ls", UBootFileSystemKind.Ext4),
        List("fatls", UBootFileSystemKind.Fat),
        new("fstype", 4, ShowType),
        new("fstypes", 1, ShowTypes),
    ];

    private static UBootCommand Load(string name, UBootFileSystemKind? kind) =>
        new(name, 7, (machine, words) => RunLoad(machine, words, kind)) { IsRepeatable = false };

    private static UBootCommand Size(string name, UBootFileSystemKind? kind) =>
        new(name, 4, (machine, words) => RunSize(machine, words, kind)) { IsRepeatable = false };

    private static UBootCommand List(string name, UBootFileSystemKind? kind) =>
        new(name, 4, (machine, words) => RunList(machine, words, kind));

    private static int RunLoad(UBootMachine machine, IReadOnlyList<string> words, UBootFileSystemKind? kind)
    {
        if (words.Count is < 2 or > 7)
            return UBootResult.Usage;
        if (BlockDevices.FindFileSystem(machine, words[1], words.ElementAtOrDefault(2), kind) is not { } fileSystem)
        {
            machine.Print("Can't set block device\n");
            return UBootResult.Failure;
        }
        ulong address = machine.Variables.Find("loadaddr") is { } text
            ? UBootNumbers.Hex(text) : machine.Board.LoadAddress;
        if (words.Count >= 4)
        {
            address = UBootNumbers.Read(words[3], 16, out int end);
            if (end == 0 || end != words[3].Length)
                return UBootResult.Usage;
        }
        if ((words.ElementAtOrDefault(4) ?? machine.Variables.Find("bootfile")) is not { } path)
        {
            machine.Print("** No boot file defined **\n");
            return UBootResult.Failure;
        }
        ulong bytes = words.Count >= 6 ? UBootNumbers.Hex(words[5]) : 0;
        ulong position = words.Count >= 7 ? UBootNumbers.Hex(words[6]) : 0;
        if (LoadFile(machine, fileSystem, path, (address, bytes, position)) is not { } read)
        {
            machine.Print($"Failed to load '{path}'\n");
            return UBootResult.Failure;
        }
        machine.Print(string.Create(CultureInfo.InvariantCulture, $"{read} bytes read in 0 ms\n"));
        machine.SetHex("fileaddr", address);
        machine.SetHex("filesize", (ulong)read);
        return UBootResult.Success;
    }

    /// <summary>Loads a file; the bytes read, or null where it cannot be.</summary>
    internal static long? LoadFile(
        UBootMachine machine, UBootFileSystem fileSystem, string path,
        (ulong Address, ulong Bytes, ulong Position) part)
    {
        if (fileSystem.FindFile(path) is not { } file)
            return null;
        // ext4 refuses to begin behind the end; FAT reads nothing there.
        if (part.Position >= (ulong)file.Length && part.Position > 0)
            return null;
        long length = file.Length - (long)part.Position;
        if (part.Bytes > 0)
            length = (long)Math.Min((ulong)length, part.Bytes);
        if (!IsFree(machine.Board, part.Address, (ulong)length))
        {
            machine.Print("** Reading file would overwrite reserved memory **\n");
            return null;
        }
        machine.Memory.Write(part.Address, file.Slice((long)part.Position, length));
        machine.Trace.Add(new(UBootText.ToHost(path), part.Address, length));
        return length;
    }

    /// <summary>Whether memory may be read into: RAM that U-Boot does not lie in. Address 0 counts as free.</summary>
    private static bool IsFree(UBootBoard board, ulong address, ulong length) =>
        address == 0 || length == 0
        || (address >= board.RamStart && address <= board.ReservedStart && length <= board.ReservedStart - address);

    private static int RunSize(UBootMachine machine, IReadOnlyList<string> words, UBootFileSystemKind? kind)
    {
        if (words.Count != 4)
            return UBootResult.Usage;
        UBootFileSystem? fileSystem = BlockDevices.FindFileSystem(machine, words[1], words[2], kind);
        if (fileSystem?.FindFile(words[3]) is not { } file)
            return UBootResult.Failure;
        machine.SetHex("filesize", (ulong)file.Length);
        return UBootResult.Success;
    }

    private static int Save(UBootMachine machine, IReadOnlyList<string> words, UBootFileSystemKind? kind)
    {
        if (words.Count is < 6 or > 7)
            return UBootResult.Usage;
        if (BlockDevices.FindFileSystem(machine, words[1], words[2], kind) is not { } fileSystem)
            return UBootResult.Failure;
        ulong address = UBootNumbers.Hex(words[3]), bytes = UBootNumbers.Hex(words[5]);
        if (bytes > machine.Board.RamEnd - machine.Board.RamStart)
            return UBootResult.Failure;
        FileContent content = FileContent.Of(machine.Memory.Read(address, (int)Math.Min(bytes, int.MaxValue / 2)));
        if (FileWriting.Write(machine, fileSystem, words[4], content) is not null)
        {
            machine.Print("** Error ext4fs_write() **\n");
            machine.Print($"** Unable to write file {words[4]} **\n");
            return UBootResult.Failure;
        }
        machine.Print(string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes written in 0 ms\n"));
        return UBootResult.Success;
    }

    private static int RunList(UBootMachine machine, IReadOnlyList<string> words, UBootFileSystemKind? kind)
    {
        if (words.Count is < 2 or > 4)
            return UBootResult.Usage;
        if (BlockDevices.FindFileSystem(machine, words[1], words.ElementAtOrDefault(2), kind) is not { } fileSystem)
            return UBootResult.Failure;
        string folder = words.ElementAtOrDefault(3) ?? "/";
        if (fileSystem.FindFolder(folder) is null)
        {
            machine.Print("** Can not find directory. **\n");
            return UBootResult.Failure;
        }
        machine.Print(fileSystem.Kind == UBootFileSystemKind.Ext4
            ? Ext4Listing(fileSystem, folder)
            : FatListing(fileSystem, folder));
        return UBootResult.Success;
    }

    private static string Ext4Listing(UBootFileSystem fileSystem, string folder) => string.Concat(
        fileSystem.List(folder).Select(entry => entry.Node switch
        {
            DirectoryNode => Line("<DIR> ", 4096, entry.Name),
            SymbolicLinkNode link => Line("<SYM> ", link.Target.Length, entry.Name),
            RegularFileNode file => Line("      ", file.Content.Length, entry.Name),
            _ => Line("< ? > ", 0, entry.Name),
        }).Prepend(Line("<DIR> ", 4096, "..")).Prepend(Line("<DIR> ", 4096, ".")));

    private static string Line(string kind, long size, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}{size,10} {UBootText.FromHost(name)}\n");

    private static string FatListing(UBootFileSystem fileSystem, string folder)
    {
        var entries = fileSystem.List(folder);
        int folders = entries.Count(entry => entry.Node is DirectoryNode);
        return string.Concat(entries.Select(entry => entry.Node is RegularFileNode file
            ? string.Create(CultureInfo.InvariantCulture, $" {file.Content.Length,8}   {entry.Name}\n")
            : $"            {entry.Name}/\n"))
            + string.Create(CultureInfo.InvariantCulture,
                $"\n{entries.Length - folders} file(s), {folders} dir(s)\n\n");
    }

    private static int ShowType(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count is < 3 or > 4)
            return UBootResult.Usage;
        if (BlockDevices.FindFileSystem(machine, words[1], words[2], null) is not { } fileSystem)
            return UBootResult.Failure;
        string name = fileSystem.Kind == UBootFileSystemKind.Ext4 ? "ext4" : "fat";
        if (words.Count == 4)
            machine.SetVariable(words[3], name);
        else
            machine.Print(name + "\n");
        return UBootResult.Success;
    }

    private static int ShowTypes(UBootMachine machine, IReadOnlyList<string> words)
    {
        machine.Print("Supported filesystems: fat, ext4\n");
        return UBootResult.Success;
    }
}
