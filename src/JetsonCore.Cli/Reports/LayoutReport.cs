// What `layout` found out about one file.
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

/// <summary>The layout of one gadget.</summary>
/// <param name="Path">The gadget.yaml.</param>
/// <param name="Gadget">What it says.</param>
/// <param name="Volumes">Its volumes, laid out.</param>
/// <param name="Diagnostics">What keeps it from being laid out, and what is worth knowing.</param>
internal sealed record LayoutReport(
    string Path, GadgetDefinition Gadget, IReadOnlyList<VolumePlan> Volumes, DiagnosticBag Diagnostics)
{
    /// <summary>Its text.</summary>
    public SourceText Source => Gadget.Document.Source;

    /// <summary>The device's size that was asked for, in bytes.</summary>
    public long? DeviceSize { get; init; }

    /// <summary>The exit code where it cannot be laid out.</summary>
    public ExitCode FailureCode { get; init; } = ExitCode.Findings;

    public ExitCode Code => IsLaidOut ? ExitCode.Success : FailureCode;

    public bool IsLaidOut => !Diagnostics.HasErrors;
}
