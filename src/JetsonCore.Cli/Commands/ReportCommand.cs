// `jetson-core report OUT_DIR`: a build on one page, for people who did not build it.
using System.CommandLine;
using System.Text.Json;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.UBoot;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Materials;

namespace JetsonCore.Cli.Commands;

internal static class ReportCommand
{
    private const int ProvenanceLengthMax = 16 << 20, EnvironmentLengthMax = 16 << 20;

    // Where U-Boot's environment is in partitions of Ubuntu Core 16 and 18, and in those of later ones.
    private static readonly string[] EnvironmentPaths = ["uboot.env", "uboot/ubuntu/boot.sel"];

    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("OUT_DIR") { Description = "the folder that build has written" };
        var command = new Command("report", """
            Show a build on one page of HTML

            Layout, findings about the gadget, snaps, boot variables, materials, provenance, digests. The page is one
            file without scripts, and asks the network for nothing; light or dark as the reader's system is, for phones
            and for paper too. It is written to standard output.

            Example:
              jetson-core report out > report.html
            """)
        {
            folder,
        };
        command.SetAction(parsed => (int)Run(parsed.GetRequiredValue(folder), terminal));
        return command;
    }

    private static ExitCode Run(string folder, Terminal terminal)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        var diagnostics = new DiagnosticBag();
        BuiltFiles build = BuiltFiles.Open(folder);
        Material materials = Failures.About(folder,
            () => new MaterialReader(spool.Keep, diagnostics, interruption.Token).Read(build));
        CheckGadget(folder, build, materials, diagnostics);
        terminal.Output.Write(BuildPage.Write(new()
        {
            Build = build,
            Materials = materials,
            Findings = [.. diagnostics.Items.Select(finding => Below(folder, finding))],
            Boot = [.. build.Volumes.SelectMany(volume => BootVariables(folder, volume))],
            Inputs = ReadInputs(Path.Join(folder, "provenance.json")),
            ToolVersion = ProgramVersion.Text,
        }));
        return ExitCode.Success;
    }

    /// <summary>The gadget is the one in the image, whatever is beside it.</summary>
    private static void CheckGadget(string folder, BuiltFiles build, Material materials, DiagnosticBag diagnostics)
    {
        if (materials.Walk().FirstOrDefault(one => one.Snap?.Type == "gadget") is not { } gadget)
            return;
        string path = Path.Join(folder, gadget.Address);
        try
        {
            GadgetMode mode = GadgetArguments.ReadModel(
                Path.Join(folder, $"{build.Model}.model"), new DiagnosticBag()) ?? GadgetMode.None;
            using GadgetInput input = NamedInputs.Gadget($"{path}:");
            GadgetChecker.Check(input, new() { Mode = mode }, diagnostics);
        }
        catch (Exception exception) when (Failures.OfInput(exception, path) is { } found)
        {
            diagnostics.Add(found.Diagnostic);
        }
    }

    // The page is the same wherever the build lies.
    private static Diagnostic Below(string folder, Diagnostic finding) => finding.Path is { } path
        && path.StartsWith(Path.Join(folder, ""), StringComparison.Ordinal)
            ? finding with { Path = path[folder.Length..].TrimStart('/') } : finding;

    private static IEnumerable<BootFile> BootVariables(string folder, BuiltVolume volume)
    {
        foreach (BuiltStructure structure in volume.Structures.Where(one => one.Filesystem.Length > 0))
        {
            foreach (string path in EnvironmentPaths)
            {
                string address = $"{volume.Image}:{structure.Name}/{path}";
                if (ReadVariables(Path.Join(folder, address)) is { } variables)
                    yield return new(address, variables);
            }
        }
    }

    private static (string Name, string Value)[]? ReadVariables(string address)
    {
        try
        {
            byte[] block = InputBytes.Read(address, EnvironmentLengthMax);
            return UBootEnvironment.Recognise(block) is not { } form ? null
                : [.. UBootEnvironment.Decode(block, form).Select(variable => (variable.Key, variable.Value))];
        }
        catch (Exception exception) when (exception is UserErrorException or MalformedDataException)
        {
            return null;
        }
    }

    /// <summary>The inputs that a statement names; null where there is none, or one that cannot be read.</summary>
    private static (string Name, string Digest)[]? ReadInputs(string path)
    {
        if (!HostFile.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(HostFile.ReadAll(path, ProvenanceLengthMax));
            return
            [
                .. document.RootElement.GetProperty("predicate").GetProperty("buildDefinition")
                    .GetProperty("resolvedDependencies").EnumerateArray().Select(input => (
                        input.GetProperty("name").GetString() ?? "",
                        input.GetProperty("digest").GetProperty("sha256").GetString() ?? "")),
            ];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return null;
        }
    }
}
