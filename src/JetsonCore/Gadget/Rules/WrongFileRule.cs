// A-FILE: a file that is well formed and something else. snapd takes any map for a gadget.yaml, keys it does not know
// being ignored, so a wrong argument would pass as an empty gadget.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class WrongFileRule
{
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
