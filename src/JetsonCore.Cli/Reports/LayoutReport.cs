// What `layout` found out about one file.
using JetsonCore.Diagnostics;
using JetsonCore.Layout;

namespace JetsonCore.Cli.Reports;

/// <summary>The layout of one gadget.</summary>
/// <param name="Path">The gadget.yaml.</param>
/// <param name="Source">Its text.</param>
/// <param name="Volumes">Its volumes, laid out.</param>
/// <param name="Diagnostics">What keeps it from being laid out, and what is worth knowing.</param>
internal sealed record LayoutReport(
    string Path, SourceText Source, IReadOnlyList<VolumePlan> Volumes, DiagnosticBag Diagnostics)
{
    public bool IsLaidOut => !Diagnostics.HasErrors;
}
