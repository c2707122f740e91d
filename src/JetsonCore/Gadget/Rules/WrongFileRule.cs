// A-FILE: a file that is well formed and something else. snapd takes any map for a gadget.yaml, keys it does not know
// being ignored, so a wrong argument would pass as an empty gadget.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Rules;

internal static class WrongFileRule
{
    /// <summary>How other files begin that are not YAML; an assertion's signature makes it none.</summary>
    private static readonly (byte[] Start, string What)[] Magics =
    [
        ([0x7F, .. "ELF"u8], "an ELF program"),
        ([.. "hsqs"u8], "a snap that is cut off"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([0xFD, .. "7zXZ"u8], "an xz archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive"),
        ([.. "PK"u8, 3, 4], "a zip archive"),
        ([0xD0, 0x0D, 0xFE, 0xED], "a device tree"),
        ([.. "!<arch>"u8], "a Debian package or another ar archive"),
        ([0x3A, 0xFF, 0x26, 0xED], "an Android sparse image"),
        ([.. "MZ"u8], "an EFI program"),
        ([.. "\x89PNG"u8], "a picture"),
        ([.. "type: model\nauthority-id: "u8], "a model assertion"),
    ];

    /// <summary>Keys by which other texts are known: all of them stand at the top.</summary>
    private static readonly (string[] Keys, string What)[] Texts =
    [
        (["type", "authority-id", "model"], "a model assertion"),
        (["type", "authority-id"], "an assertion"),
        (["name", "class", "rootfs"], "an image definition of ubuntu-image"),
        (["name", "version"], "a snap.yaml"),
        (["name", "base", "parts"], "a snapcraft.yaml"),
        (["name", "parts"], "a snapcraft.yaml"),
        (["assets"], "a kernel.yaml"),
        (["snaps"], "a seed.yaml"),
        (["network"], "a netplan file"),
    ];

    /// <summary>What bytes are that are no YAML; null if they may be.</summary>
    public static string? NameOf(ReadOnlySpan<byte> content)
    {
        foreach ((byte[] start, string what) in Magics)
        {
            if (content.StartsWith(start))
                return what;
        }
        return content.StartsWith("type: "u8) && content.IndexOf("\nsign-key-sha3-384: "u8) > 0 ? "an assertion" : null;
    }

    /// <summary>Reports a readable file that is known to be another one.</summary>
    public static void Check(GadgetDocument document, DiagnosticBag diagnostics)
    {
        if (!document.Volumes.IsEmpty || document.TopKeys.IsEmpty)
            return;
        foreach ((string[] keys, string what) in Texts)
        {
            if (!keys.All(key => document.TopKeys.Any(top => top.Value == key)))
                continue;
            diagnostics.Add(GadgetRuleList.WrongFile, document.TopKeys[0].Span,
                $"this is {what}, not a gadget.yaml: snapd ignores all of it", "name the gadget's meta/gadget.yaml");
            return;
        }
    }
}
