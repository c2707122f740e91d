// What gadgets are judged with: the kind of model, a kernel, the gadget that devices have. Where one of these is no
// good itself nothing is judged, and the report is about it, in the format that was asked for.
using JetsonCore.Boot.Settings;
using JetsonCore.Build;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;

namespace JetsonCore.Cli.Commands;

internal sealed class CheckSurroundings : IDisposable
{
    private readonly CheckCommand.Options _options;
    private readonly List<GadgetReport> _refused = [];

    private CheckSurroundings(CheckCommand.Options options)
    {
        _options = options;
        Check = new() { Mode = options.Mode, Release = options.Release };
        Boot = new() { Board = options.Ram };
    }

    /// <summary>How to judge.</summary>
    public GadgetCheckOptions Check { get; private set; }

    /// <summary>The gadget that devices have, or null.</summary>
    public GadgetDefinition? Old { get; private set; }

    /// <summary>What a gadget boots with.</summary>
    public GadgetBoot.Surroundings Boot { get; private set; }

    /// <summary>What is wrong with what was named; nothing may be judged then.</summary>
    public GadgetReport[] Refused => [.. _refused];

    /// <summary>What the refusals come to.</summary>
    public ExitCode Code { get; private set; }

    /// <summary>Reads all that was named; warnings about it are printed at once.</summary>
    public static CheckSurroundings Read(CheckCommand.Options options, TextWriter errors)
    {
        var read = new CheckSurroundings(options);
        if (options.ModelPath is { } model)
            read.Try(model, diagnostics => read.ReadModel(model, diagnostics), errors);
        if (options.KernelPath is { } kernel)
            read.Try(kernel, diagnostics => read.ReadKernel(kernel, diagnostics), errors);
        if (options.AgainstPath is { } against)
            read.Try(against, diagnostics => read.ReadOld(against, diagnostics), errors);
        if (options.UBootPath is { } uboot)
            read.Try(uboot, diagnostics => read.ReadUBoot(uboot, diagnostics), errors);
        return read;
    }

    public void Dispose() => Check.Kernel?.Dispose();

    private void Try(string path, Func<DiagnosticBag, SourceText?> read, TextWriter errors)
    {
        var diagnostics = new DiagnosticBag();
        SourceText? source = null;
        var code = ExitCode.Findings;
        try
        {
            source = read(diagnostics);
        }
        catch (Exception exception) when (Failures.OfInput(exception, path) is { } found)
        {
            diagnostics.Add(found.Diagnostic);
            code = found.Code;
        }
        if (!diagnostics.HasErrors)
        {
            DiagnosticPrinter.Print(diagnostics, errors);
            return;
        }
        string named = diagnostics.Items.First(item => item.Severity == Severity.Error).Path ?? path;
        var document = new GadgetDocument { Path = named, Source = source ?? SourceText.Empty };
        _refused.Add(new(named, GadgetDefaults.Apply(document, _options.Mode, _options.Release), diagnostics));
        Code = code > Code ? code : Code;
    }

    private SourceText? ReadModel(string path, DiagnosticBag diagnostics)
    {
        if (GadgetArguments.ReadModel(path, diagnostics) is { } mode)
            Check = Check with { Mode = mode };
        return null;
    }

    private SourceText? ReadKernel(string path, DiagnosticBag diagnostics)
    {
        GadgetRoot? kernel = GadgetArguments.OpenKernel(path);
        Check = Check with { Kernel = kernel };
        if (kernel is not null)
            Boot = Boot with { Kernel = (path, kernel) };
        if (kernel is not null)
            Check = Check with { KernelAssets = KernelAssetsReader.Read(kernel, path, diagnostics) };
        return null;
    }

    private SourceText? ReadUBoot(string path, DiagnosticBag diagnostics)
    {
        byte[] bytes = InputBytes.Read(path, UBootSettings.BytesMax);
        if (UBootSettings.Read(bytes) is { } settings)
        {
            Boot = Boot with { UBoot = (path, settings) };
            return null;
        }
        diagnostics.AddAbout(path, UBootRules.Input, "cannot compare it: it is neither u-boot.bin nor a .config",
            "name u-boot.bin as U-Boot's make leaves it, or the .config beside it");
        return null;
    }

    private SourceText? ReadOld(string path, DiagnosticBag diagnostics)
    {
        using GadgetInput input = NamedInputs.Gadget(path);
        GadgetReport report = GadgetChecker.Check(input, Check with { Kernel = null, KernelAssets = null });
        foreach (Diagnostic finding in report.Diagnostics.Items.Where(item => item.Severity == Severity.Error))
            diagnostics.Add(finding);
        Old = report.Gadget;
        return report.Source;
    }
}
