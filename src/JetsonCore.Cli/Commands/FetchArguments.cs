// The options of `fetch`.
using System.CommandLine;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Commands;

internal sealed class FetchArguments
{
    private readonly Argument<string[]> _snaps = new("NAME[=CHANNEL]")
    {
        Description = "snaps by their names in the store",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _folder = new("--store-dir")
    {
        Description = "the folder to fill; build --store-dir takes from it",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string?> _model = File(
        "--model", "fetch what this signed model names, and what it needs itself");

    private readonly Option<string?> _revisions = File("--revisions", "which revision of each snap: a seed.manifest");

    private readonly Option<string?> _channel = new("--channel", "-c")
    {
        Description = "the channel of snaps that name none; without it the model's default channels, else stable",
        HelpName = "CHANNEL",
    };

    private readonly Option<string?> _architecture = new("--arch")
    {
        Description = "the device's architecture; without it the model's, or arm64",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _trust = new("--trust")
    {
        Description = "an account and its key to trust besides Canonical's; can be given several times",
        HelpName = "FILE",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "overwrite other files of the snaps' names",
    };

    private readonly Option<bool> _json = new("--json") { Description = "print JSON instead of text" };
    private readonly StoreArguments _store = new();

    public void AddTo(Command command)
    {
        command.Add(_snaps);
        Option[] options = [_folder, _model, _revisions, _channel, _architecture, _trust, _force, _json];
        foreach (Option option in options)
            command.Add(option);
        _store.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_snaps) is null or [] && result.GetValue(_model) is null)
                result.AddError("name snaps to fetch, or give --model FILE");
        });
    }

    public FetchCommand.Options Read(ParseResult parsed) => new()
    {
        Snaps = parsed.GetValue(_snaps) ?? [],
        StoreDir = parsed.GetRequiredValue(_folder),
        ModelPath = parsed.GetValue(_model),
        RevisionsPath = parsed.GetValue(_revisions),
        Channel = parsed.GetValue(_channel),
        Trust = parsed.GetValue(_trust) ?? [],
        Store = _store.Read(parsed) with { Architecture = parsed.GetValue(_architecture) },
        Force = parsed.GetValue(_force),
        Json = parsed.GetValue(_json),
    };

    private static Option<string?> File(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };
}
