// What flash.sh needs of the machine: an x86 processor for NVIDIA's tools, a Python of the right age, xmllint, and to
// be root by the variable USER. Warnings only, as a check may run on another machine than the flashing; the bundle's
// script refuses before it writes.
using System.Runtime.InteropServices;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

internal static class FlashHostCheck
{
    public static void Check(FlashSituation situation, FlashHost host, DiagnosticBag diagnostics)
    {
        void Add(string message, string hint) =>
            diagnostics.AddAbout(situation.Tree.PathOf("flash.sh"), FlashRules.Host, message, hint);

        if (host.Processor is not (Architecture.X64 or Architecture.X86))
        {
            Add($"this machine is {host.Processor}: NVIDIA's flashing tools are made for x86",
                "flash from an x86 machine");
        }
        if (host.IsRoot && host.User != "root")
        {
            Add("you are root, but the variable USER is not \"root\": flash.sh asks for that and ends with \"flash.sh "
                    + "requires root privilege\"", "export USER=root; flash-ubuntu-core.sh does so by itself");
        }
        switch (situation.Release?.Generation)
        {
            case L4tGeneration.R24 or L4tGeneration.R28:
                CheckOldPython(situation.Release, host, Add);
                break;
            case L4tGeneration.R32:
                if (host.Find("python3") is null)
                    Add("there is no python3, which tegraflash.py runs on", "install python3");
                if (!HostFile.Exists(host.XmlLint))
                {
                    Add($"there is no {host.XmlLint}: flash.sh ends with \"ERROR xmllint not found!\"",
                        "install libxml2-utils");
                }
                break;
        }
    }

    private static void CheckOldPython(L4tRelease release, FlashHost host, Action<string, string> add)
    {
        bool isR24 = release.Generation == L4tGeneration.R24;
        string wanted = isR24 ? "Python 2.7" : "Python 2.7 to 3.8";
        if (host.Find("python") is not { } python)
        {
            add($"there is no python: {release.Name} starts "
                    + (isR24 ? "elf-get-entry.py and tegraflash.py with it"
                        : "tegraflash.py with it, after flash.sh has said that all is well"),
                $"install {wanted} under the name python");
            return;
        }
        string name = Path.GetFileName(python);
        if (Version.TryParse(name.Replace("python", "", StringComparison.Ordinal), out Version? version)
            && version.Major > 2 && (isR24 || version.Minor > 8))
        {
            add($"python is {name}: {release.Name} needs {wanted}",
                $"install {wanted} under the name python, in a container for example");
        }
    }
}
