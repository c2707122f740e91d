// The options of `seed make`, a part of those of `build`.
using System.CommandLine;
using JetsonCore.Build;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Commands;

internal sealed class SeedMakeArguments
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "the signed model; what sign --chain wrote behind it is taken as with --assertion",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string[]> _snaps = Several("--snap", "a snap: a file, a folder or NAME[=CHANNEL]", "SNAP");
    private readonly Option<string[]> _assertions =
        Several("--assertion", "accounts, keys, statements about snaps, validation sets", "FILE");

    private readonly Option<string[]> _trust =
        Several("--trust", "an account and its key to trust besides Canonical's", "FILE");

    private readonly Option<string?> _storeDir =
        One("--store-dir", "take named snaps, and the model's, from this folder", "DIR");

    private readonly Option<string?> _revisions =
        One("--revisions", "which revision of each snap: a seed.manifest", "FILE");

    private readonly Option<bool> _offline = new("--offline") { Description = "open no socket, whatever is missing" };
    private readonly Option<string?> _channel = One("--channel", "the channel that snaps follow", "CHANNEL");
    private readonly Option<string?> _label = One("--system-label",
        "the label of the recovery system; without it the day of the model, or of SOURCE_DATE_EPOCH", "LABEL");

    private readonly Option<string?> _architecture =
        One("--arch", "the architecture, where a classic model names none", "NAME");

    private readonly Option<bool> _allowUnvouched = new("--allow-unvouched")
    {
        Description = "take a model that nobody vouches for: no snapd seeds from it",
    };

    private readonly Option<string> _output = new("--output-dir", "-O")
    {
        Description = "the folder to make; it must not exist yet, or be empty",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "print JSON instead of text" };
    private readonly StoreArguments _store = new();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_model, _snaps, _storeDir, _revisions, _offline, _assertions, _trust,
            _allowUnvouched, _channel, _label, _architecture, _output, _json])
        {
            command.Add(option);
        }
        _store.AddTo(command);
    }

    public BuildOptions Read(ParseResult parsed) => new()
    {
        Clock = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName)),
        ModelPath = parsed.GetRequiredValue(_model),
        Snaps = [.. (parsed.GetValue(_snaps) ?? []).Select(SnapArgument.Of)],
        TakesModelSnaps = true,
        StoreDir = parsed.GetValue(_storeDir),
        RevisionsPath = parsed.GetValue(_revisions),
        Store = _store.Read(parsed) with
        {
            IsOffline = parsed.GetValue(_offline),
            Architecture = parsed.GetValue(_architecture),
        },
        Architecture = parsed.GetValue(_architecture),
        Assertions = parsed.GetValue(_assertions) ?? [],
        Trust = parsed.GetValue(_trust) ?? [],
        AllowUnvouched = parsed.GetValue(_allowUnvouched),
        Channel = parsed.GetValue(_channel),
        SystemLabel = parsed.GetValue(_label),
        OutputFolder = parsed.GetRequiredValue(_output),
        Json = parsed.GetValue(_json),
    };

    private static Option<string?> One(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName };

    private static Option<string[]> Several(string name, string description, string helpName) =>
        new(name) { Description = $"{description}; can be given several times", HelpName = helpName };
}
