// source: runs a script that mkimage has wrapped. sysboot: boots by an extlinux.conf.
// Source: U-Boot 2023.01, cmd/source.c, cmd/sysboot.c, measured in QEMU.
using System.Buffers.Binary;
using System.Globalization;
using JetsonCore.Boot.Hush;

namespace JetsonCore.Boot.Commands;

internal static class ScriptCommands
{
    public static UBootCommand[] All { get; } =
    [
        new("source", 2, Source) { IsRepeatable = false },
        new("sysboot", 7, ExtlinuxBoot.Run),
    ];

    private static int Source(UBootMachine machine, IReadOnlyList<string> words)
    {
        ulong address = words.Count > 1 ? UBootNumbers.Hex(words[1]) : machine.Board.LoadAddress;
        machine.Print(string.Create(CultureInfo.InvariantCulture, $"## Executing script at {address:x8}\n"));
        if (LegacyImage.Read(machine.Memory, address) is not { } image)
        {
            if (FdtCommand.SizeAt(machine, address) is null)
                return Refuse(machine, "Wrong image format for \"source\" command\n");
            machine.Trace.AddUnknown("source (FIT image)");
            machine.Trace.Remark("scripts in FIT images are not simulated: taken as failed");
            return UBootResult.Failure;
        }
        if (!image.IsHeaderSound)
            return Refuse(machine, "Bad header crc\n");
        bool isVerified = machine.Variables.Find("verify") is not { Length: > 0 } verify
            || verify[0] is '1' or 'y' or 'Y' or 't' or 'T';
        if (image.ReadData(machine.Memory, address, isVerified) is not { } data)
            return Refuse(machine, "Bad data crc\n");
        if (image.Type != LegacyImage.Script)
            return Refuse(machine, "Bad image type\n");
        uint length = data.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(data);
        if (length == 0)
            return Refuse(machine, "Empty Script\n");
        // A list of lengths that ends with 0 stands before the texts.
        int at = 0;
        while (at + 4 <= data.Length && BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(at)) != 0)
            at += 4;
        at = Math.Min(at + 4, data.Length);
        string text = UBootText.Of(data.AsSpan(at, (int)Math.Min(length, data.Length - at)));
        int nul = text.IndexOf('\0', StringComparison.Ordinal);
        return machine.Shell.RunText(nul < 0 ? text : text[..nul], HushMode.Syntax);
    }

    private static int Refuse(UBootMachine machine, string said)
    {
        machine.Print(said);
        return UBootResult.Failure;
    }
}
