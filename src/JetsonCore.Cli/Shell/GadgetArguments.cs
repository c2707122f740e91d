// Arguments that `check` and `layout` share.
using System.CommandLine;
using System.CommandLine.Parsing;
using JetsonCore.Artefacts;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Cli.Shell;

internal static class GadgetArguments
{
    private static readonly string[] Modes =
        ["none", "uc16", "uc18", "uc20", "uc22", "uc24", "core26", "classic", "classic-modes"];
    private static readonly string[] Releases = ["latest", "2.57.6"];

    private static readonly Rule MissingKernel = new("JC9111", Severity.Error, "the named kernel is there");
    private static readonly Rule NoModel = new("JC9112", Severity.Error, "the named file holds a model");

    public static Argument<string[]> Paths(string what) => new("PATH")
    {
        Description = what,
        Arity = ArgumentArity.OneOrMore,
        // The library's own way makes the array by reflection, which takes a good part of a short run.
        CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
        Validators = { RefuseUnknownOptions },
    };

    public static Option<string> Mode() => OneOf("--as", "the kind of model to judge for", Modes);

    public static Option<string> Release() => OneOf("--snapd", "whose rules count", Releases);

    /// <summary>An option that names a file.</summary>
    public static Option<string?> Path(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };

    public static GadgetMode ModeOf(string? name) => GadgetModes.Parse(name ?? "none") ?? GadgetMode.None;

    public static SnapdRelease ReleaseOf(string? name) =>
        name == "2.57.6" ? SnapdRelease.V2576 : SnapdRelease.Latest;

    /// <summary>The kernel's files, or null where none is named.</summary>
    public static GadgetRoot? OpenKernel(string? path)
    {
        if (path is null)
            return null;
        if (!HostFile.Exists(path) && !HostFile.IsFolder(path) && !ArtefactFile.IsInside(path))
        {
            throw new UserErrorException(FailureKind.Environment, MissingKernel, path,
                "cannot read the kernel: there is no such file", "name a kernel snap or its folder");
        }
        return NamedInputs.Root(path) ?? throw new UserErrorException(FailureKind.Input, MissingKernel, path,
            "cannot read the kernel: it is no snap", "name a kernel snap or its folder");
    }

    /// <summary>The kind of model in a file; null, with findings, where there is none.</summary>
    public static GadgetMode? ReadModel(string path, DiagnosticBag diagnostics)
    {
        IReadOnlyList<Assertion> assertions = NamedInputs.Assertions(path, diagnostics) ?? [];
        if (assertions.FirstOrDefault(assertion => assertion.Type.Name == "model") is not { } model)
        {
            if (!diagnostics.HasErrors)
                diagnostics.AddAbout(path, NoModel, "cannot take the kind of model from it: it holds no model",
                    "name a file with a model, or use --as");
            return null;
        }
        return ModelReader.Read(model.Headers, diagnostics.About(path)) switch
        {
            null => null,
            { IsClassic: true, Grade: null } => GadgetMode.Classic,
            { IsClassic: true } => GadgetMode.ClassicModes,
            { Grade: null } => GadgetMode.Uc18,
            _ => GadgetMode.Uc20,
        };
    }

    /// <summary>The library takes whatever it does not know for a path.</summary>
    private static void RefuseUnknownOptions(ArgumentResult result)
    {
        foreach (Token token in result.Tokens)
        {
            if (token.Value is ['-', _, ..] && !HostFile.Exists(token.Value) && !HostFile.IsFolder(token.Value))
                result.AddError($"Unrecognized option '{token.Value}', and no file of that name.");
        }
    }

    private static Option<string> OneOf(string name, string description, string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = $"{description}: {string.Join(", ", values)}",
            HelpName = "NAME",
            DefaultValueFactory = _ => values[0],
        };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
