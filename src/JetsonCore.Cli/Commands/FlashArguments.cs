// What the verbs of `flash` share: the tree, the bundle, the board, JSON.
using System.CommandLine;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Cli.Commands;

internal sealed class FlashArguments
{
    private readonly Argument<string> _tree = new("L4T_DIR")
    {
        Description = "the folder Linux_for_Tegra that NVIDIA's driver package makes",
    };

    private readonly Option<string?> _bundle = new("--bundle")
    {
        Description = "the tar file that jetson-core build made, or the folder it was unpacked to",
        HelpName = "FILE",
    };

    private readonly Option<string?> _build = new("--build")
    {
        Description = "the output folder of jetson-core build, with the bundle in it",
        HelpName = "OUT_DIR",
    };

    private readonly Option<string?> _board = new("--board")
    {
        Description = "the board word of flash.sh; without it the bundle's, or the first known one of the tree",
        HelpName = "NAME",
    };

    /// <summary>Whether JSON is wanted.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "print JSON instead of text" };

    public void AddTo(Command command)
    {
        _board.AcceptOnlyFromAmong([.. L4tBoard.All.Select(board => board.Name)]);
        command.Add(_tree);
        command.Add(_bundle);
        command.Add(_build);
        command.Add(_board);
        command.Add(Json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_bundle) is not null && result.GetValue(_build) is not null)
                result.AddError("cannot take the bundle from two places: name one of --bundle, --build");
        });
    }

    public FlashCommand.Options Read(ParseResult parsed) => new()
    {
        Tree = parsed.GetRequiredValue(_tree),
        Bundle = parsed.GetValue(_bundle),
        Build = parsed.GetValue(_build),
        Board = parsed.GetValue(_board),
        Json = parsed.GetValue(Json),
    };
}
