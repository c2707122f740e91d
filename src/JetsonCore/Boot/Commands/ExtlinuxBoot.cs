// sysboot: loads an extlinux.conf, takes its default label and boots what that names; where it cannot, the other
// labels in their order. A menu with a timeout is taken as left alone.
// Source: U-Boot 2023.01, boot/pxe_utils.c, doc/README.pxe, measured in QEMU.
using System.Globalization;
using JetsonCore.Boot.Hush;

namespace JetsonCore.Boot.Commands;

internal sealed class ExtlinuxBoot
{
    private const int ConfigurationMax = 1 << 20;

    private readonly UBootMachine _machine;
    private readonly UBootFileSystem _fileSystem;
    private readonly string _folder;

    private ExtlinuxBoot(UBootMachine machine, UBootFileSystem fileSystem, string file) =>
        (_machine, _fileSystem, _folder) = (machine, fileSystem, file[..(file.LastIndexOf('/') + 1)]);

    public static int Run(UBootMachine machine, IReadOnlyList<string> words)
    {
        bool asks = words.Count > 1 && words[1].Contains("-p", StringComparison.Ordinal);
        string[] arguments = [.. words.Skip(asks ? 2 : 1)];
        if (arguments.Length < 3)
            return UBootResult.Usage;
        if (arguments.Length < 4 && machine.Variables.Find("pxefile_addr_r") is null)
        {
            machine.Print("missing environment variable: pxefile_addr_r\n");
            return UBootResult.Failure;
        }
        string addressText = arguments.ElementAtOrDefault(3) ?? machine.Variables.Find("pxefile_addr_r") ?? "";
        string file = arguments.ElementAtOrDefault(4) ?? machine.Variables.Find("bootfile") ?? "";
        if (arguments.Length > 4)
            machine.SetVariable("bootfile", file);
        UBootFileSystemKind? kind;
        if (arguments[2].Contains("ext2", StringComparison.Ordinal))
            kind = UBootFileSystemKind.Ext4;
        else if (arguments[2].Contains("fat", StringComparison.Ordinal))
            kind = UBootFileSystemKind.Fat;
        else if (arguments[2].Contains("any", StringComparison.Ordinal))
            kind = null;
        else
            return Fail(machine, $"Invalid filesystem: {arguments[2]}\n");
        ulong address = UBootNumbers.Read(addressText, 16, out int end);
        if (addressText.Length == 0 || end != addressText.Length)
            return Fail(machine, $"Invalid pxefile address: {addressText}\n");
        machine.Print($"Retrieving file: {file}\n");
        if (BlockDevices.FindFileSystem(machine, arguments[0], arguments[1], kind) is not { } fileSystem)
            return Fail(machine, "Error reading config file\n");
        if (fileSystem.FindFile(file) is not { Length: <= ConfigurationMax } content)
        {
            SayMissing(machine, fileSystem, file);
            return Fail(machine, "Error reading config file\n");
        }
        byte[] text = content.ReadAll(ConfigurationMax);
        machine.Memory.Write(address, [.. text, 0]);
        machine.Trace.Add(new(UBootText.ToHost(file), address, text.Length));
        var boot = new ExtlinuxBoot(machine, fileSystem, file);
        boot.Choose(ExtlinuxMenu.Parse(UBootText.Of(text), machine.Print));
        return UBootResult.Success;
    }

    private static int Fail(UBootMachine machine, string said)
    {
        machine.Print(said);
        return UBootResult.Failure;
    }

    // "load" asks for the size first, which says nothing; this reads at once.
    private static void SayMissing(UBootMachine machine, UBootFileSystem fileSystem, string path)
    {
        if (fileSystem.Kind == UBootFileSystemKind.Ext4)
            machine.Print($"** File not found {path} **\n");
    }

    private void Choose(ExtlinuxMenu menu)
    {
        ExtlinuxLabel? chosen = menu.Labels.FirstOrDefault(label => label.Name == menu.Default);
        if (menu.Title is not null)
            _machine.Print(menu.Title + "\n");
        if (menu.HasMenu && menu.Labels.Count > 0)
            ShowMenu(menu, chosen);
        if (chosen is not null && !Boot(chosen))
            return;
        foreach (ExtlinuxLabel label in menu.Labels.Where(label => label != chosen))
            Boot(label);
    }

    private void ShowMenu(ExtlinuxMenu menu, ExtlinuxLabel? chosen)
    {
        foreach (ExtlinuxLabel label in menu.Labels)
            _machine.Print(Line(label));
        int number = chosen is null ? 1 : chosen.Number;
        _machine.Print(string.Create(CultureInfo.InvariantCulture, $"Enter choice: {number}:\t"));
        _machine.Print($"{(chosen ?? menu.Labels[0]).Menu ?? (chosen ?? menu.Labels[0]).Name}\n");
    }

    private static string Line(ExtlinuxLabel label) =>
        string.Create(CultureInfo.InvariantCulture, $"{label.Number}:\t{label.Menu ?? label.Name}\n");

    /// <summary>Boots a label; false where it wants to boot elsewhere.</summary>
    private bool Boot(ExtlinuxLabel label)
    {
        _machine.Print(Line(label));
        if (label.IsLocal)
        {
            if (label.LocalNumber >= 0 && _machine.Variables.Find("localcmd") is { } command)
                _machine.Shell.RunText(command, HushMode.Syntax);
            return false;
        }
        if (label.Kernel is null)
        {
            _machine.Print($"No kernel given, skipping {label.Name}\n");
            return true;
        }
        string? initrd = null;
        if (label.Initrd is not null)
        {
            if (Retrieve(label.Initrd, "ramdisk_addr_r") is not { } size)
                return Skip(label, "initrd");
            initrd = $"{_machine.Variables.Find("ramdisk_addr_r")}:{UBootNumbers.Hex((ulong)size)}";
        }
        if (Retrieve(label.Kernel, "kernel_addr_r") is null)
            return Skip(label, "kernel");
        if (label.Append is not null)
        {
            string line = SimpleMacros.Expand(_machine, label.Append);
            _machine.SetVariable("bootargs", line);
            _machine.Print($"append: {line}\n");
        }
        if (!FindFdt(label, out string? fdt))
            return Skip(label, "FDT");
        string[] words = fdt is not null ? [_machine.Variables.Find("kernel_addr_r") ?? "", initrd ?? "-", fdt]
            : initrd is not null ? [_machine.Variables.Find("kernel_addr_r") ?? "", initrd]
            : [_machine.Variables.Find("kernel_addr_r") ?? ""];
        KernelCommands.StartImage(_machine, ["booti", .. words]);
        return true;
    }

    private bool FindFdt(ExtlinuxLabel label, out string? address)
    {
        address = _machine.Variables.Find("fdt_addr_r");
        string? file = label.Fdt ?? (label.FdtFolder is { } folder ? FdtIn(folder) : null);
        if (address is not null && file is not null)
        {
            if (Retrieve(file, "fdt_addr_r") is null)
            {
                address = null;
                if (label.Fdt is not null)
                    return false;
            }
        }
        else
        {
            address = null;
        }
        address ??= _machine.Variables.Find("fdt_addr") ?? _machine.Variables.Find("fdtcontroladdr");
        return true;
    }

    private string FdtIn(string folder)
    {
        string slash = folder.Length == 0 ? "./" : folder.EndsWith('/') ? "" : "/";
        if (_machine.Variables.Find("fdtfile") is { } file)
            return folder + slash + file;
        string soc = _machine.Variables.Find("soc") ?? "", board = _machine.Variables.Find("board") ?? "";
        return $"{folder}{slash}{soc}{(soc.Length > 0 && board.Length > 0 ? "-" : "")}{board}.dtb";
    }

    private bool Skip(ExtlinuxLabel label, string what)
    {
        _machine.Print($"Skipping {label.Name} for failure retrieving {what}\n");
        return true;
    }

    private long? Retrieve(string path, string variable)
    {
        if (_machine.Variables.Find(variable) is not { } text)
        {
            _machine.Print($"missing environment variable: {variable}\n");
            return null;
        }
        ulong address = UBootNumbers.Read(text, 16, out int end);
        if (end != text.Length)
            return null;
        string whole = path.StartsWith('/') ? path : _folder + path;
        _machine.Print($"Retrieving file: {whole}\n");
        if (_fileSystem.FindFile(whole) is not { } file)
        {
            SayMissing(_machine, _fileSystem, whole);
            return null;
        }
        _machine.Memory.Write(address, file);
        _machine.Trace.Add(new(UBootText.ToHost(whole), address, file.Length));
        return file.Length;
    }
}
