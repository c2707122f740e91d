// `jetson-core layout FILE…`: where everything lies, as snapd and ubuntu-image would place it.
using System.CommandLine;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Commands;

internal static class LayoutCommand
{
    /// <summary>How to show a layout.</summary>
    internal enum Format
    {
        Table,
        Json,
        Markdown,
        Svg,
    }

    internal sealed record Options
    {
        public required IReadOnlyList<string> Paths { get; init; }

        public GadgetMode Mode { get; init; }

        public SnapdRelease Release { get; init; } = SnapdRelease.Latest;

        public Format Format { get; init; }

        public int SectorSize { get; init; } = 512;

        public long? DeviceSize { get; init; }
    }

    public static Command Create(Terminal terminal)
    {
        Argument<string[]> paths =
            GadgetArguments.Paths("gadget.yaml, gadget folder or gadget snap; - for standard input");
        Option<string> mode = GadgetArguments.Mode();
        Option<string> release = GadgetArguments.Release();
        (Format Format, Option<bool> Option)[] formats =
        [
            (Format.Json, new("--json") { Description = "print JSON" }),
            (Format.Markdown, new("--markdown") { Description = "print a table for documentation" }),
            (Format.Svg, new("--svg") { Description = "print a drawing for documentation" }),
        ];
        Option<int> sectorSize = ByteSizes.SectorSizeOption();
        Option<long?> deviceSize = ByteSizes.Option(
            "--device-size", "bytes of the device (with K, M or G: units of 1024): shows what is left or does not fit");
        var command = new Command("layout", """
            Show where the structures of a gadget lie

            Examples:
              jetson-core layout --as uc18 --device-size 15758000128 gadget.yaml
              jetson-core layout --svg gadget.yaml > layout.svg
            """)
        {
            paths, mode, release, sectorSize, deviceSize,
        };
        foreach ((_, Option<bool> option) in formats)
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (formats.Count(format => result.GetValue(format.Option)) > 1)
                result.AddError("cannot print in two formats: name one of --json, --markdown, --svg");
        });
        ByteSizes.RequireWholeSectors(command, deviceSize, sectorSize);
        command.SetAction(parsed => (int)Run(
            new Options
            {
                Paths = parsed.GetValue(paths) ?? [],
                Mode = GadgetArguments.ModeOf(parsed.GetValue(mode)),
                Release = GadgetArguments.ReleaseOf(parsed.GetValue(release)),
                Format = formats.FirstOrDefault(format => parsed.GetValue(format.Option)).Format,
                SectorSize = parsed.GetValue(sectorSize),
                DeviceSize = parsed.GetValue(deviceSize),
            },
            terminal));
        return command;
    }

    internal static ExitCode Run(Options options, Terminal terminal)
    {
        List<LayoutReport> reports = [];
        foreach (string path in options.Paths)
            reports.Add(PlanOrTell(path, options));
        if (options.Format != Format.Json)
            PrintFindings(reports, terminal);
        switch (options.Format)
        {
            case Format.Json:
                LayoutJson.Write(reports, terminal.Output);
                break;
            case Format.Markdown:
                LayoutMarkdown.Write(reports, terminal.Output);
                break;
            case Format.Svg:
                LayoutSvg.Write(reports, terminal.Output);
                break;
            default:
                LayoutTable.Write(reports, terminal);
                break;
        }
        return reports.Max(report => report.Code);
    }

    private static void PrintFindings(List<LayoutReport> reports, Terminal terminal)
    {
        foreach (LayoutReport report in reports)
        {
            foreach (Diagnostic finding in report.Diagnostics)
                DiagnosticPrinter.Print(finding, terminal.Error, report.Source, terminal.ErrorHasColor);
        }
    }

    /// <summary>Lays one gadget out; one that cannot be opened is a finding beside the others.</summary>
    private static LayoutReport PlanOrTell(string path, Options options)
    {
        try
        {
            return Plan(path, options);
        }
        catch (Exception exception) when (Failures.OfInput(exception, path) is { } found)
        {
            var diagnostics = new DiagnosticBag();
            diagnostics.Add(found.Diagnostic);
            GadgetDefinition none = GadgetDefaults.Apply(new(), options.Mode, options.Release);
            return new LayoutReport(path, none, [], diagnostics) { FailureCode = found.Code };
        }
    }

    private static LayoutReport Plan(string path, Options options)
    {
        using GadgetInput input = NamedInputs.Gadget(path);
        GadgetReport report = GadgetChecker.Check(input, new()
        {
            Purpose = GadgetPurpose.Draw,
            Mode = options.Mode,
            Release = options.Release,
        });
        var layout = new LayoutOptions
        {
            SectorSize = options.SectorSize,
            DeviceSizeBytes = options.DeviceSize,
            IsDrawing = true,
        };
        GadgetDefinition placeable = Placeable(report);
        IReadOnlyList<VolumePlan> volumes = placeable.Volumes.IsEmpty && !report.IsOk ? []
            : VolumePlanner.Plan(placeable, layout, report.Diagnostics);
        return new LayoutReport(report.Path, report.Gadget, volumes, report.Diagnostics)
        {
            DeviceSize = options.DeviceSize,
        };
    }

    /// <summary>
    /// The volumes whose places are known: what is wrong with labels, roles or files does not keep them from being
    /// drawn, and one bad volume does not hide the others.
    /// </summary>
    private static GadgetDefinition Placeable(GadgetReport report)
    {
        GadgetDefinition gadget = report.Gadget;
        SourceSpan[] starts = [.. gadget.Volumes.Select(volume => volume.Name.Span)];
        HashSet<int> bad =
        [
            .. report.Diagnostics.Items.Where(item => item.Severity == Severity.Error && KeepsFromPlacing(item.Rule))
                .Select(error => Array.FindLastIndex(starts, start => IsBefore(start, error.Span))),
        ];
        return bad.Contains(-1) ? gadget with { Volumes = [] }
            : gadget with { Volumes = [.. gadget.Volumes.Where((_, index) => !bad.Contains(index))] };
    }

    /// <summary>Rules of reading, of placement and of numbers.</summary>
    private static bool KeepsFromPlacing(Rule rule) => rule == GadgetRuleList.VolumeSchema
        || rule == GadgetRuleList.VolumeNull || rule.Code.AsSpan(0, 4) is "JC10" or "JC11" or "JC12";

    private static bool IsBefore(SourceSpan start, SourceSpan place) =>
        start.Line < place.Line || (start.Line == place.Line && start.Column <= place.Column);
}
