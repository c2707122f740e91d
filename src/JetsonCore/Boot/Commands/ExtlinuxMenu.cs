// The text of an extlinux.conf: keywords, one a line, each with a word or the rest of the line; labels with what
// belongs to them.
//
//   default NAME      label NAME
//   timeout N           kernel, linux FILE    fdt, devicetree FILE      append TEXT
//   menu title TEXT     initrd FILE           fdtdir, devicetreedir F   menu label TEXT, menu default
//
// Source: U-Boot 2023.01, doc/README.pxe, measured in QEMU.
using System.Globalization;

namespace JetsonCore.Boot.Commands;

/// <summary>One entry of the menu.</summary>
internal sealed class ExtlinuxLabel(string name, int number)
{
    public string Name { get; } = name;

    public int Number { get; } = number;

    public string? Menu { get; set; }

    public string? Kernel { get; set; }

    public string? Initrd { get; set; }

    public string? Append { get; set; }

    public string? Fdt { get; set; }

    public string? FdtFolder { get; set; }

    public bool IsLocal { get; set; }

    public int LocalNumber { get; set; }
}

internal sealed class ExtlinuxMenu
{
    private static readonly string[] LabelWords =
    [
        "kernel", "linux", "append", "initrd", "fdt", "devicetree", "fdtdir", "devicetreedir", "fdtoverlays",
        "devicetree-overlay", "localboot", "ipappend", "kaslrseed",
    ];

    private readonly List<ExtlinuxLabel> _labels = [];

    public IReadOnlyList<ExtlinuxLabel> Labels => _labels;

    public string? Default { get; private set; }

    public string? Title { get; private set; }

    public bool HasMenu { get; private set; }

    public static ExtlinuxMenu Parse(string text, Action<string> say)
    {
        var menu = new ExtlinuxMenu();
        ExtlinuxLabel? label = null;
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Trim(' ', '\t', '\r').Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries);
            string keyword = parts[0].ToLowerInvariant(), value = parts.ElementAtOrDefault(1) ?? "";
            if (keyword.Length == 0 || keyword.StartsWith('#'))
                continue;
            if (keyword == "menu")
                menu.ReadMenu(value, label, say);
            else if (label is not null && LabelWords.Contains(keyword))
                ReadLabel(label, keyword, value);
            else
                label = menu.ReadTop(keyword, value, say) ?? (keyword == "label" ? menu._labels[^1] : null);
        }
        return menu;
    }

    private ExtlinuxLabel? ReadTop(string keyword, string value, Action<string> say)
    {
        switch (keyword)
        {
            case "label":
                _labels.Add(new(value, _labels.Count + 1));
                return _labels[^1];
            case "default" or "ontimeout":
                Default = value;
                return null;
            case "timeout" or "prompt" or "include":
                return null;
            default:
                say($"Ignoring unknown command: {keyword}\n");
                return null;
        }
    }

    private void ReadMenu(string value, ExtlinuxLabel? label, Action<string> say)
    {
        string[] parts = value.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries);
        string rest = parts.ElementAtOrDefault(1) ?? "";
        switch (parts[0].ToLowerInvariant())
        {
            case "title" when label is null:
                (Title, HasMenu) = (rest, true);
                break;
            case "label" when label is not null:
                label.Menu = rest;
                break;
            case "default" when label is not null:
                Default ??= label.Name;
                break;
            case "background":
                break;
            default:
                say($"Ignoring malformed menu command: {parts[0]}\n");
                break;
        }
    }

    private static void ReadLabel(ExtlinuxLabel label, string keyword, string value)
    {
        switch (keyword)
        {
            case "kernel" or "linux":
                label.Kernel = value;
                break;
            case "append":
                label.Append = value;
                label.Initrd ??= InitrdOf(value);
                break;
            case "initrd":
                label.Initrd ??= value;
                break;
            case "fdt" or "devicetree":
                label.Fdt ??= value;
                break;
            case "fdtdir" or "devicetreedir":
                label.FdtFolder ??= value;
                break;
            case "localboot":
                label.IsLocal = true;
                label.LocalNumber = int.TryParse(value, CultureInfo.InvariantCulture, out int number) ? number : 0;
                break;
        }
    }

    private static string? InitrdOf(string append)
    {
        int at = append.IndexOf("initrd=", StringComparison.Ordinal);
        return at < 0 ? null : append[(at + 7)..].Split(' ')[0];
    }
}
