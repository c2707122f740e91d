// What flash.sh needs of the machine: an x86 processor for NVIDIA's tools, a Python of the right age, xmllint. Warnings
// only, as a check may run on another machine than the flashing; the bundle's script refuses before it writes.
using System.Runtime.InteropServices;
using JetsonCore.Diagnostics;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

internal static class FlashHostCheck
{
    private const string XmlLint = "/usr/bin/xmllint";

    public static void Check(FlashSituation situation, DiagnosticBag diagnostics)
    {
        if (RuntimeInformation.OSArchitecture is not (Architecture.X64 or Architecture.X86))
        {
            Add(situation, diagnostics,
                $"this machine is {RuntimeInformation.OSArchitecture}: NVIDIA's flashing tools are made for x86",
                "flash from an x86 machine");
        }
        switch (situation.Release?.Generation)
        {
            case L4tGeneration.R24 or L4tGeneration.R28:
                CheckOldPython(situation, diagnostics);
                break;
            case L4tGeneration.R32:
                if (Find("python3") is null)
                    Add(situation, diagnostics, "there is no python3, which tegraflash.py runs on", "install python3");
                if (!File.Exists(XmlLint))
                {
                    Add(situation, diagnostics,
                        $"there is no {XmlLint}: flash.sh ends with \"ERROR xmllint not found!\"",
                        "install libxml2-utils");
                }
                break;
        }
    }

    private static void CheckOldPython(FlashSituation situation, DiagnosticBag diagnostics)
    {
        string release = situation.Release!.Name;
        string wanted = situation.Release.Generation == L4tGeneration.R24 ? "Python 2.7" : "Python 2.7 to 3.8";
        if (Find("python") is not { } python)
        {
            Add(situation, diagnostics,
                $"there is no python: {release} starts tegraflash.py with it, after flash.sh has said that all is well",
                $"install {wanted} under the name python");
            return;
        }
        string real = new FileInfo(python).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? python;
        string name = Path.GetFileName(real);
        if (Version.TryParse(name.Replace("python", "", StringComparison.Ordinal), out Version? version)
            && (version.Major > 2 && (situation.Release.Generation == L4tGeneration.R24 || version.Minor > 8)))
        {
            Add(situation, diagnostics, $"python is {name}: {release} needs {wanted}",
                $"install {wanted} under the name python, in a container for example");
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static void Add(FlashSituation situation, DiagnosticBag diagnostics, string message, string hint) =>
        diagnostics.AddAbout(situation.Tree.PathOf("flash.sh"), FlashRules.Host, message, hint);
}
