// Writes files the way U-Boot's ext4 does: the old file is deleted before the new one is there, and what the file
// system must not have is refused. What the console says on the way is part of it.
// Source: U-Boot 2023.01, fs/ext4, measured in QEMU.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Boot.Commands;

internal static class FileWriting
{
    /// <summary>Writes a file; null, or a word for why not.</summary>
    public static string? Write(UBootMachine machine, UBootFileSystem fileSystem, string path, FileContent content)
    {
        string? feature = machine.RefusesSaving ? "metadata_csum" : fileSystem.UnwritableFeature;
        if (feature is not null)
        {
            machine.Print($"Unsupported feature {feature} found, not writing.\n");
            return feature;
        }
        bool isExt4 = fileSystem.Kind == UBootFileSystemKind.Ext4;
        if (isExt4)
            Say(machine, fileSystem, "File System is consistent\n");
        if (isExt4 && !path.StartsWith('/'))
        {
            machine.Print("Please supply Absolute path\n");
            return "path";
        }
        if (isExt4 && fileSystem.FindFile(path) is not null)
        {
            machine.Print("file found, deleting\n");
            Say(machine, fileSystem, "update journal finished\nFile System is consistent\n");
            CutPower(machine, fileSystem, path, content);
        }
        fileSystem.Write(path, content);
        if (isExt4)
            Say(machine, fileSystem, "update journal finished\n");
        return null;
    }

    private static void CutPower(UBootMachine machine, UBootFileSystem fileSystem, string path, FileContent content)
    {
        switch (machine.PowerCut)
        {
            case null:
                return;
            case UBootPowerCut.FileLost:
                fileSystem.Delete(path);
                break;
            case UBootPowerCut.FileTorn:
                fileSystem.Write(path, FileContent.Of(new byte[content.Length]));
                break;
            case UBootPowerCut.AfterAll:
                fileSystem.Write(path, content);
                break;
        }
        throw new UBootEndException(UBootEnd.Stopped);
    }

    private static void Say(UBootMachine machine, UBootFileSystem fileSystem, string text)
    {
        if (fileSystem.HasJournal)
            machine.Print(text);
    }
}
