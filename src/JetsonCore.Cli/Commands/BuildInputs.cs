// The inputs of a build, opened and checked one by one; all findings come at once.
using JetsonCore.Assertions;
using JetsonCore.Build;
using JetsonCore.Cache;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Seed;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Commands;

internal sealed class BuildInputs : IDisposable
{
    private const string Timestamp = "timestamp";
    private const int CloudInitMax = 16 << 20;

    private readonly OpenedSnaps _snaps;

    private BuildInputs(BuildRequest request, OpenedSnaps snaps, bool keepsLock) =>
        (Request, _snaps, KeepsLock) = (request, snaps, keepsLock);

    /// <summary>What to build.</summary>
    public BuildRequest Request { get; }

    /// <summary>Whether there is a lock that it is built by.</summary>
    public bool KeepsLock { get; }

    /// <summary>Opens the inputs; null, with findings, where something is wrong with one.</summary>
    public static BuildInputs? Open(
        BuildOptions options, StageCache? cache, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        BuildClock? given = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName));
        (Assertion? assertion, ModelDefinition? model) =
            OpenModel(options, given, diagnostics, out IReadOnlyList<Assertion> beside);
        BuildClock clock = given ?? new(
            model?.Timestamp.ToUnixTimeSeconds() ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            "the model's timestamp");
        TrustedRoots roots = NamedInputs.Roots(options.Trust, diagnostics);
        List<Assertion> assertions =
            [.. beside, .. options.Assertions.SelectMany(path => NamedInputs.Assertions(path, diagnostics) ?? [])];

        SeedCustomization custom = ReadCustomization(options, diagnostics);
        var snaps = new OpenedSnaps(workFolder: null, clock.FileTime, cache);
        try
        {
            var choice = new BuildSnaps(options, snaps, clock, roots) { Given = assertions };
            choice.Open(assertion, model, diagnostics, cancellation);
            if (assertion is null || model is null || diagnostics.HasErrors)
            {
                snaps.Dispose();
                return null;
            }
            return new(MakeRequest(options, clock, cache, new()
            {
                Model = model,
                ModelAssertion = assertion,
                ModelPath = options.ModelPath ?? options.ModelHeadersPath ?? "",
                Snaps = choice.Files,
                Assertions = choice.Lock is null ? [.. assertions, .. choice.Assertions] : choice.Assertions,
                Roots = roots,
                Channel = options.Channel,
                Channels = choice.Channels,
                Facts = choice.Facts,
                Sequences = choice.Sequences,
                SystemLabel = options.SystemLabel,
                AllowUnvouched = options.AllowUnvouched,
                Now = TimeProvider.System.GetUtcNow(),
                Customization = custom,
            }), snaps, choice.Lock is not null);
        }
        catch
        {
            snaps.Dispose();
            throw;
        }
    }

    public void Dispose() => _snaps.Dispose();

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

    private static (Assertion?, ModelDefinition?) OpenModel(BuildOptions options, BuildClock? clock,
        DiagnosticBag diagnostics, out IReadOnlyList<Assertion> beside)
    {
        beside = [];
        string path = options.ModelPath ?? options.ModelHeadersPath!;
        Assertion? assertion = options.ModelPath is not null
            ? AssertionFile.ReadModel(
                InputBytes.Read(path, AssertionReader.StreamLimit), InputBytes.NameOf(path), diagnostics, out beside)
            : SignModel(options, path, clock, diagnostics);
        // Reading and signing have reported what is wrong with the headers.
        return (assertion, assertion is null ? null : ModelReader.Read(assertion.Headers, new DiagnosticBag()));
    }

    private static Assertion? SignModel(
        BuildOptions options, string path, BuildClock? clock, DiagnosticBag diagnostics)
    {
        DiagnosticBag findings = diagnostics.About(path);
        byte[] text = InputBytes.Read(path, AssertionStatement.LengthMax);
        if (AssertionStatement.Read(text, findings) is not { } statement)
            return null;
        DateTimeOffset now = clock?.Moment ?? TimeProvider.System.GetUtcNow();
        if (statement.Headers[Timestamp] is null)
        {
            statement = statement with
            {
                Headers = statement.Headers.With(Timestamp, KeyArguments.Timestamp(now)),
            };
        }
        if (!AssertionSigner.Check(statement, findings))
            return null;
        using AssertionKey key = KeyArguments.Keys.Load(options.SignKey!, options.Passphrase, diagnostics);
        return AssertionSigner.Sign(statement, key, now, findings);
    }
}
