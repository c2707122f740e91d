// The inputs of a build, opened and checked one by one; all findings come at once.
using JetsonCore.Assertions;
using JetsonCore.Build;
using JetsonCore.Cache;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Project;
using JetsonCore.Seed;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Commands;

/// <summary>What inputs are opened with.</summary>
/// <param name="Cache">Keeps what is packed; null for none.</param>
/// <param name="Work">Told of every stage.</param>
internal sealed record BuildMeans(StageCache? Cache, WorkProgress Work);

internal sealed class BuildInputs : IDisposable
{
    private const string Timestamp = "timestamp";
    private const int CloudInitMax = 16 << 20;

    private readonly OpenedSnaps _snaps;
    private readonly BuildSnaps _choice;

    private BuildInputs(BuildRequest request, OpenedSnaps snaps, BuildSnaps choice) =>
        (Request, _snaps, _choice) = (request, snaps, choice);

    /// <summary>What to build.</summary>
    public BuildRequest Request { get; }

    /// <summary>Whether there is a lock that it is built by.</summary>
    public bool KeepsLock => _choice.Lock is not null;

    /// <summary>Opens the inputs; null, with findings, where something is wrong with one.</summary>
    public static BuildInputs? Open(
        BuildOptions options, BuildMeans means, Gathering gathering, DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        IReadOnlyList<Assertion> beside = [];
        Assertion? assertion = gathering.Try(() => OpenModel(options, diagnostics, out beside));
        // Reading and signing have reported what is wrong with the headers.
        ModelDefinition? model = assertion is null ? null : ModelReader.Read(assertion.Headers, new DiagnosticBag());
        model = WithArchitecture(model, options, diagnostics);
        BuildClock clock = options.Clock ?? new(
            model?.Timestamp.ToUnixTimeSeconds() ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            "the model's timestamp");
        TrustedRoots roots = gathering.Try(() => NamedInputs.Roots(options.Trust, diagnostics))
            ?? TrustedRoots.Production;
        List<Assertion> assertions = [.. beside, .. options.Assertions.SelectMany(
            path => gathering.Try(() => NamedInputs.Assertions(path, diagnostics)) ?? [])];
        SeedCustomization custom = gathering.Try(() => ReadCustomization(options, diagnostics)) ?? new();
        var snaps = new OpenedSnaps(workFolder: null, clock.FileTime, means.Cache);
        var choice = new BuildSnaps(options, snaps, clock, roots, gathering)
        {
            Given = assertions,
            Cache = means.Cache,
            Work = means.Work,
        };
        try
        {
            choice.Open(assertion, model, diagnostics, cancellation);
            if (assertion is not null && model is not null && !diagnostics.HasErrors)
            {
                SeedInputs seed = SeedOf(options, choice, assertion, model) with
                {
                    Assertions = choice.Lock is null ? [.. assertions, .. choice.Assertions] : choice.Assertions,
                    Roots = roots,
                    Customization = custom,
                };
                return new(MakeRequest(options, clock, means.Cache, seed), snaps, choice);
            }
        }
        catch
        {
            Close(snaps, choice);
            throw;
        }
        Close(snaps, choice);
        return null;
    }

    public void Dispose() => Close(_snaps, _choice);

    private static void Close(OpenedSnaps snaps, BuildSnaps choice)
    {
        snaps.Dispose();
        choice.Dispose();
    }

    private static SeedInputs SeedOf(
        BuildOptions options, BuildSnaps choice, Assertion assertion, ModelDefinition model)
    {
        return new()
        {
            Model = model,
            ModelAssertion = assertion,
            ModelPath = options.ModelPath ?? options.ModelHeadersPath ?? options.Project?.Path ?? "",
            Snaps = choice.Files,
            Channel = options.Channel,
            Channels = choice.Channels,
            Facts = choice.Facts,
            Sequences = choice.Sequences,
            SystemLabel = options.SystemLabel,
            AllowUnvouched = options.AllowUnvouched,
            Now = TimeProvider.System.GetUtcNow(),
        };
    }

    private static BuildRequest MakeRequest(
        BuildOptions options, BuildClock clock, StageCache? cache, SeedInputs seed)
    {
        return new()
        {
            Seed = seed,
            Clock = clock,
            OutputFolder = options.OutputFolder,
            Force = options.Force,
            ImageSizeBytes = options.ImageSizeBytes,
            SectorSize = options.SectorSize,
            Board = options.Board,
            FlashTarget = options.FlashTarget,
            FlashTargetIsOptional = options.FlashTargetIsOptional,
            Bundle = options.Bundle,
            Cache = cache,
            Bills = new()
            {
                ToolVersion = options.Sbom || options.Provenance ? ProgramVersion.Text : "",
                HasSbom = options.Sbom,
                HasProvenance = options.Provenance,
            },
        };
    }

    private static SeedCustomization ReadCustomization(BuildOptions options, DiagnosticBag diagnostics) => new()
    {
        DisablesConsoleConf = options.DisableConsoleConf,
        CloudInitUserData = options.CloudInitPath is { } path ? InputBytes.Read(path, CloudInitMax) : null,
        AutoImport = options.AutoImportPath is { } assertions
            ? NamedInputs.Assertions(assertions, diagnostics) ?? [] : [],
        AutoImportPath = options.AutoImportPath ?? "",
        IsFactoryImage = options.IsFactoryImage,
        IsPreseeded = options.IsPreseeded,
    };

    /// <summary>A classic model may leave its architecture to who makes the seed.</summary>
    private static ModelDefinition? WithArchitecture(
        ModelDefinition? model, BuildOptions options, DiagnosticBag diagnostics)
    {
        if (model is null || options.Architecture is not { } architecture || architecture == model.Architecture)
            return model;
        if (model.Architecture is "")
            return model with { Architecture = architecture };
        diagnostics.AddAbout(options.ModelPath ?? "", SeedRules.Architecture,
            $"cannot seed for {architecture}: the model is for {model.Architecture}",
            $"leave --arch out; snapd: \"cannot override model architecture: {model.Architecture}\"");
        return model;
    }

    private static Assertion? OpenModel(
        BuildOptions options, DiagnosticBag diagnostics, out IReadOnlyList<Assertion> beside)
    {
        beside = [];
        if (options.ModelPath is { } path)
        {
            return AssertionFile.ReadModel(
                InputBytes.Read(path, AssertionReader.StreamLimit), InputBytes.NameOf(path), diagnostics, out beside);
        }
        if (options.ModelHeadersPath is not { } headers)
            return options.Project is { } project ? SignHeaders(project, options, diagnostics) : null;
        DiagnosticBag findings = diagnostics.About(headers);
        byte[] text = InputBytes.Read(headers, AssertionStatement.LengthMax);
        return AssertionStatement.Read(text, findings) is { } statement
            ? Sign(statement, options, findings) : null;
    }

    /// <summary>Signs what a project says of the model; each finding is about who says it.</summary>
    private static Assertion? SignHeaders(BuildProject project, BuildOptions options, DiagnosticBag diagnostics)
    {
        if (project.Find("model.headers") is not { Headers: { } headers } value)
            return null;
        var findings = new DiagnosticBag(value.Layer.Path);
        Assertion? signed = Sign(new(headers, default), options, findings);
        foreach (Diagnostic finding in findings)
        {
            string? name = headers.Names.FirstOrDefault(one => headers.SpanOf(one) == finding.Span);
            diagnostics.Add(finding.Span.IsKnown && name is not null
                ? finding with { Path = value.HeaderLayers[name].Path } : finding);
        }
        return signed;
    }

    private static Assertion? Sign(AssertionStatement statement, BuildOptions options, DiagnosticBag findings)
    {
        DateTimeOffset now = options.Clock?.Moment ?? TimeProvider.System.GetUtcNow();
        if (statement.Headers[Timestamp] is null)
        {
            statement = statement with
            {
                Headers = statement.Headers.With(Timestamp, KeyArguments.Timestamp(now)),
            };
        }
        if (!AssertionSigner.Check(statement, findings) || options.SignKey is not { } name)
            return null;
        using AssertionKey key = KeyArguments.Keys.Load(name, options.Passphrase, findings);
        return AssertionSigner.Sign(statement, key, now, findings);
    }
}
