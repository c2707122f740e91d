// The options of `build`, named as users of ubuntu-image know them.
using System.CommandLine;
using System.CommandLine.Parsing;
using JetsonCore.Boot.Commands;
using JetsonCore.Build;
using JetsonCore.Cli.Shell;
using JetsonCore.Flash;
using JetsonCore.Project;

namespace JetsonCore.Cli.Commands;

internal sealed class BuildArguments
{
    /// <summary>The project that is built; null for a build of options alone.</summary>
    public Argument<string?> Project { get; } = new("PROJECT")
    {
        Description = $"a folder with {ProjectFieldList.FileName}, or such a file; options go before what it says, "
            + "--snap, --assertion and --trust add to it",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _model = File("--model",
        "the signed model; what sign --chain wrote behind it is taken as with --assertion");
    private readonly Option<string?> _headers = File(
        "--model-headers", "the model's headers as JSON or YAML, to be signed");
    private readonly Option<string?> _signKey = new("--sign-key")
    {
        Description = "the key that signs the model's headers",
        HelpName = "NAME",
    };

    private readonly Option<string?> _gadget = Snap("--gadget", "the gadget: a snap, its folder, or NAME[=CHANNEL]");
    private readonly Option<string?> _kernel = Snap("--kernel", "the kernel: a snap, its folder, or NAME[=CHANNEL]");
    private readonly Option<string[]> _snaps =
        Files("--snap", "another snap, a file, a folder or NAME[=CHANNEL]: the base, snapd, apps", "SNAP");

    private readonly Option<string?> _storeDir = new("--store-dir")
    {
        Description = "take named snaps, and what else the model names, from this folder, with its assertions",
        HelpName = "DIR",
    };

    private readonly Option<string?> _lock = File(
        "--lock", "build exactly what this lock names; where there is no such file, it is written");

    private readonly Option<string?> _revisions = File("--revisions", "which revision of each snap: a seed.manifest");
    private readonly Option<bool> _offline = new("--offline") { Description = "open no socket, whatever is missing" };
    private readonly StoreArguments _store = new();
    private readonly Option<string[]> _assertions = Files("--assertion", "accounts, keys, statements about snaps");
    private readonly Option<string[]> _trust = Files("--trust", "an account and its key to trust besides Canonical's");
    private readonly Option<string> _output = new("--output-dir", "-O")
    {
        Description = "where the results go",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<string?> _channel = new("--channel", "-c")
    {
        Description = "the channel that snaps follow; without it stable, or the model's with Ubuntu Core 20 and later",
        HelpName = "CHANNEL",
    };

    private readonly Option<string?> _systemLabel = new("--system-label")
    {
        Description = "the label of the recovery system of Ubuntu Core 20 and later; without it the day of the build",
        HelpName = "LABEL",
    };

    private readonly Option<long?> _imageSize = ByteSizes.Option(
        "--image-size", "bytes of the whole image (with K, M or G: units of 1024); without it the least");

    private readonly Option<UBootBoard?> _ram = BoardArguments.Ram();

    private readonly Option<int> _sectorSize = ByteSizes.SectorSizeOption();

    private readonly Option<string> _flashTarget = new("--flash-target")
    {
        Description = $"the flash tool to make a bundle for: {string.Join(", ", Targets)}",
        HelpName = "NAME",
        DefaultValueFactory = _ => BuildOptions.Automatic,
    };

    private readonly Option<string> _tarFormat = new("--tar-format")
    {
        Description = "how the bundle is compressed: xz, zstd, gz, none",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "xz",
    };

    private readonly Option<bool> _sparse = new("--sparse")
    {
        Description = "put Android sparse images into the bundle: free blocks do not go over USB",
    };

    private readonly Option<bool> _ubootForR24 = new("--uboot-for-r24")
    {
        Description = "let the bundle also flash with L4T R24.1, which takes U-Boot from EBT; not tried on a board",
    };

    private readonly Option<bool> _allowUnvouched = new("--allow-unvouched")
    {
        Description = "take a model that nobody vouches for: good for first boots, no snapd seeds from it",
    };

    private readonly Option<bool> _disableConsoleConf = new("--disable-console-conf")
    {
        Description = "let the first boot ask for no network and user",
    };

    private readonly Option<string?> _cloudInit = File("--cloud-init", "user data for cloud-init on the device");
    private readonly Option<string?> _autoImport = File("--auto-import",
        "assertions that the device imports when it has seeded: a system-user and its signer's account-key");

    private readonly Option<bool> _factoryImage = new("--factory-image")
    {
        Description = "tell the device that it boots in a factory (Ubuntu Core 20 and later)",
    };

    private readonly Option<bool> _preseed = new("--preseed")
    {
        Description = "refused: says how snaps are seeded at the factory",
    };

    private readonly Option<bool> _sbom =
        new("--sbom") { Description = "write bills of materials: sbom.cdx.json (CycloneDX), sbom.spdx.json (SPDX)" };

    private readonly Option<bool> _provenance =
        new("--provenance") { Description = "write provenance.json: what went in (in-toto, SLSA), not signed" };

    private readonly Option<bool> _force = new("--force") { Description = "overwrite existing results" };
    private readonly Option<bool> _json = new("--json") { Description = "print JSON instead of text" };
    private readonly Option<bool> _noCache = new("--no-cache")
    {
        Description = "keep nothing for later builds, and take nothing from earlier ones",
    };

    private readonly Option<string?> _remoteCache = new("--remote-cache")
    {
        Description = "share the results of stages by this server, too, which speaks Bazel's HTTP cache protocol; "
            + "without it $JETSON_CORE_REMOTE_CACHE",
        HelpName = "URL",
    };

    private readonly ProgressArguments _progress = new();
    private readonly KeyArguments _key = new();

    private static string[] Targets =>
        [BuildOptions.Automatic, .. FlashTarget.All.Select(target => target.Name), BuildOptions.None];

    public void AddTo(Command command)
    {
        command.Add(Project);
        _flashTarget.AcceptOnlyFromAmong(Targets);
        _tarFormat.AcceptOnlyFromAmong("xz", "zstd", "gz", "none");
        foreach (Option option in (Option[])[_model, _headers, _signKey, _gadget, _kernel, _snaps, _storeDir, _lock,
            _revisions, _offline, _assertions, _trust, _allowUnvouched, _disableConsoleConf, _cloudInit, _autoImport,
            _factoryImage, _preseed, _output, _channel, _systemLabel, _imageSize, _sectorSize, _ram, _flashTarget,
            _tarFormat, _sparse, _ubootForR24, _sbom, _provenance, _noCache, _remoteCache, _force, _json])
        {
            command.Add(option);
        }
        _progress.AddTo(command);
        _key.AddTo(command);
        _store.AddTo(command);
        command.Validators.Add(CheckModel);
        command.Validators.Add(CheckSnaps);
        ByteSizes.RequireWholeSectors(command, _imageSize, _sectorSize);
    }

    /// <summary>What the arguments say, over what is said already.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="start">What holds where they say nothing; lists go on.</param>
    public BuildOptions Read(ParseResult parsed, BuildOptions start)
    {
        bool givesModel = parsed.GetValue(_model) is not null || parsed.GetValue(_headers) is not null;
        string? signKey = parsed.GetValue(_signKey) ?? start.SignKey;
        return start with
        {
            Clock = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName)) ?? start.Clock,
            ModelPath = givesModel ? parsed.GetValue(_model) : start.ModelPath,
            ModelHeadersPath = givesModel ? parsed.GetValue(_headers) : start.ModelHeadersPath,
            SignKey = signKey,
            Passphrase = signKey is { } key ? _key.Passphrase(parsed, key) : () => null,
            Gadget = ReadSnap(parsed.GetValue(_gadget)) ?? start.Gadget,
            Kernel = ReadSnap(parsed.GetValue(_kernel)) ?? start.Kernel,
            Snaps = [.. start.Snaps, .. (parsed.GetValue(_snaps) ?? []).Select(SnapArgument.Of)],
            StoreDir = parsed.GetValue(_storeDir) ?? start.StoreDir,
            LockPath = parsed.GetValue(_lock) ?? start.LockPath,
            RevisionsPath = parsed.GetValue(_revisions) ?? start.RevisionsPath,
            Store = _store.Read(parsed) with { IsOffline = parsed.GetValue(_offline) || start.Store.IsOffline },
            Assertions = [.. start.Assertions, .. parsed.GetValue(_assertions) ?? []],
            Trust = [.. start.Trust, .. parsed.GetValue(_trust) ?? []],
            AllowUnvouched = parsed.GetValue(_allowUnvouched) || start.AllowUnvouched,
            DisableConsoleConf = parsed.GetValue(_disableConsoleConf) || start.DisableConsoleConf,
            CloudInitPath = parsed.GetValue(_cloudInit) ?? start.CloudInitPath,
            AutoImportPath = parsed.GetValue(_autoImport) ?? start.AutoImportPath,
            IsFactoryImage = parsed.GetValue(_factoryImage) || start.IsFactoryImage,
            IsPreseeded = parsed.GetValue(_preseed),
            OutputFolder = Given(parsed, _output) ?? start.OutputFolder,
            Channel = parsed.GetValue(_channel) ?? start.Channel,
            SystemLabel = parsed.GetValue(_systemLabel) ?? start.SystemLabel,
            ImageSizeBytes = parsed.GetValue(_imageSize) ?? start.ImageSizeBytes,
            SectorSize = parsed.GetResult(_sectorSize) is { Implicit: false }
                ? parsed.GetValue(_sectorSize) : start.SectorSize,
            Board = parsed.GetValue(_ram) ?? start.Board,
            FlashTargetName = Given(parsed, _flashTarget) ?? start.FlashTargetName,
            Bundle = ReadBundle(parsed, start.Bundle),
            Sbom = parsed.GetValue(_sbom) || start.Sbom,
            Provenance = parsed.GetValue(_provenance) || start.Provenance,
            Force = parsed.GetValue(_force),
            Json = parsed.GetValue(_json),
            RemoteCache = parsed.GetValue(_remoteCache),
            UsesCache = !parsed.GetValue(_noCache),
            Progress = _progress.Read(parsed),
        };
    }

    private FlashBundleOptions ReadBundle(ParseResult parsed, FlashBundleOptions start) => new()
    {
        Sparse = parsed.GetValue(_sparse) || start.Sparse,
        UBootForR24 = parsed.GetValue(_ubootForR24) || start.UBootForR24,
        Compression = Given(parsed, _tarFormat) is { } format
            ? Enum.Parse<BundleCompression>(format, ignoreCase: true) : start.Compression,
    };

    private static SnapArgument? ReadSnap(string? text) => text is null ? null : SnapArgument.Of(text);

    /// <summary>What was typed; null for a default.</summary>
    private static string? Given(ParseResult parsed, Option<string> option) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;

    private void CheckModel(CommandResult result)
    {
        if (result.GetValue(Project) is not null)
            return;
        bool hasModel = result.GetValue(_model) is not null, hasHeaders = result.GetValue(_headers) is not null;
        if (hasModel == hasHeaders)
            result.AddError("give either --model FILE, or --model-headers FILE with --sign-key NAME");
        else if (hasHeaders != result.GetValue(_signKey) is not null)
            result.AddError("--model-headers and --sign-key go together: the key signs the headers");
    }

    private void CheckSnaps(CommandResult result)
    {
        if (result.GetValue(Project) is not null)
            return;
        bool isElsewhere = result.GetValue(_storeDir) is not null || result.GetValue(_lock) is not null;
        foreach (Option<string?> option in (Option<string?>[])[_gadget, _kernel])
        {
            if (!isElsewhere && result.GetValue(option) is null)
                result.AddError($"give {option.Name} SNAP, or --store-dir DIR with the snaps of the model");
        }
    }

    private static Option<string?> File(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };

    private static Option<string?> Snap(string name, string description) =>
        new(name) { Description = description, HelpName = "SNAP" };

    private static Option<string[]> Files(string name, string description, string helpName = "FILE") =>
        new(name) { Description = $"{description}; can be given several times", HelpName = helpName };
}
