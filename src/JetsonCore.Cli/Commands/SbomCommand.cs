// `jetson-core sbom OUT|SNAP…`: the bill of materials of what is there already.
using System.CommandLine;
using JetsonCore.Build;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Materials;

namespace JetsonCore.Cli.Commands;

internal static class SbomCommand
{
    private const string Cyclone = "cyclonedx", SpdxName = "spdx";

    public static Command Create(Terminal terminal)
    {
        var paths = new Argument<string[]>("ARTEFACT")
        {
            Description = "the folder of a build, an image, a snap, an archive, a .deb; also an address in one",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<string>("--format")
        {
            Description = "cyclonedx (1.6, JSON) or spdx (2.3, JSON)",
            HelpName = "NAME",
            DefaultValueFactory = _ => Cyclone,
        };
        format.AcceptOnlyFromAmong(Cyclone, SpdxName);
        var command = new Command("sbom", """
            Write the bill of materials of images and snaps

            Looks into partitions and snaps: for each snap its version, revision and digests, the Debian packages that
            dpkg or snapcraft recorded in it, kernels and U-Boots by what they say of themselves, files of firmware.
            The same artefacts give the same bytes; the time is SOURCE_DATE_EPOCH, or the build's. Exit code 1 where
            something could not be read: the bill is written without it, and says that it is incomplete.

            `jetson-core build --sbom` writes both formats beside the image.

            Examples:
              jetson-core sbom out > out.cdx.json
              jetson-core sbom --format spdx core18_2796.snap snapd_21759.snap
              jetson-core sbom out/jetson.img:writable
            """)
        {
            paths, format,
        };
        command.SetAction(parsed => (int)Run(
            parsed.GetRequiredValue(paths), parsed.GetRequiredValue(format) == SpdxName, terminal));
        return command;
    }

    /// <summary>What artefacts are made of; several are one whole.</summary>
    internal static Material Read(
        IReadOnlyList<string> paths, DiagnosticBag diagnostics, SpoolFolder spool, CancellationToken cancellation)
    {
        var reader = new MaterialReader(spool.Keep, diagnostics, cancellation);
        Material[] found = [.. paths.Select(path => Failures.About(path, () => reader.Read(path)))];
        return found is [var one] ? one : new()
        {
            Kind = MaterialKind.Build,
            Name = "artefacts",
            Address = "artefacts",
            Parts = [.. found],
        };
    }

    private static ExitCode Run(IReadOnlyList<string> paths, bool isSpdx, Terminal terminal)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        var diagnostics = new DiagnosticBag();
        BuildClock? clock = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName));
        Material root = Read(paths, diagnostics, spool, interruption.Token);
        bool isComplete = diagnostics.Items.Count == 0;
        var options = new BillOptions(ProgramVersion.Text, clock?.UnixSeconds ?? root.UnixSeconds, isComplete);
        byte[] bill = isSpdx ? Spdx.Write(root, options) : CycloneDx.Write(root, options);
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        terminal.Output.Write(System.Text.Encoding.UTF8.GetString(bill));
        return isComplete ? ExitCode.Success : ExitCode.Findings;
    }
}
