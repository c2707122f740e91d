// What the value of an option or argument is, told by the word that stands for it in the help.
using System.CommandLine;

namespace JetsonCore.Cli.Completion;

internal enum ValueKind
{
    /// <summary>Nothing to choose from.</summary>
    Text,

    /// <summary>A file of the host.</summary>
    File,

    /// <summary>A folder of the host.</summary>
    Folder,

    /// <summary>A file or folder, or what lies in one.</summary>
    Address,

    /// <summary>A path in the artefact that the first argument names.</summary>
    InnerPath,

    /// <summary>A variable of the environment image that the first argument names.</summary>
    BootVariable,

    /// <summary>A snap: an address, or NAME=CHANNEL.</summary>
    Snap,

    /// <summary>NAME=CHANNEL.</summary>
    StoreSnap,

    Channel,
    Architecture,

    /// <summary>A signing key.</summary>
    Key,

    /// <summary>A variable of this process.</summary>
    Variable,
}

internal static class ValueKinds
{
    /// <summary>The kind of a value; null where its placeholder is not known here.</summary>
    /// <param name="command">The command, and by its parents the way to it.</param>
    /// <param name="symbol">One of its options or arguments.</param>
    public static ValueKind? Of(Command command, Symbol symbol) => symbol switch
    {
        Option option => OfOption(option),
        Argument argument => OfArgument(command, argument),
        _ => null,
    };

    private static ValueKind? OfOption(Option option) => option.Name switch
    {
        "--key" or "--sign-key" => ValueKind.Key,
        "--passphrase-env" or "--password-env" => ValueKind.Variable,
        "--arch" => ValueKind.Architecture,
        "--fs" => ValueKind.Address,
        "--nodes" => ValueKind.File,
        _ => option.HelpName switch
        {
            // names of what does not exist yet, or is elsewhere
            "NAME" or "LIST" or "TEXT" => ValueKind.Text,
            var placeholder => OfPlaceholder(placeholder),
        },
    };

    private static ValueKind? OfArgument(Command command, Argument argument) => argument.Name switch
    {
        "NAME" when command.Name == "create" => ValueKind.Text,
        "NAME" => ValueKind.Key,
        "PATH" when command.Arguments[0].Name is "ARTEFACT" or "INITRD" => ValueKind.InnerPath,
        "PATTERN" => ValueKind.Text,
        "NAME=VALUE" => ValueKind.BootVariable,
        "TEXT" => ValueKind.Address,
        var placeholder => OfPlaceholder(placeholder),
    };

    private static ValueKind? OfPlaceholder(string? placeholder) => placeholder switch
    {
        "A" or "ARTEFACT" or "B" or "BASE" or "FILE" or "FROM" or "IMAGE" or "INITRD" or "NEW" or "OLD" or "OVERLAY"
            or "PATH" or "SEED" => ValueKind.Address,
        "DB" or "OUT" or "PROJECT" => ValueKind.File,
        "DIR" or "FOLDER" or "L4T_DIR" or "OUT_DIR" => ValueKind.Folder,
        "SNAP" => ValueKind.Snap,
        "NAME[=CHANNEL]" => ValueKind.StoreSnap,
        "CHANNEL" => ValueKind.Channel,
        "ADDRESS" or "BOARD" or "COUNT" or "DAYS" or "FIELD=VALUE" or "HOW" or "ID" or "KEY" or "LABEL" or "LINE" or "N"
            or "NUMBER" or "PART" or "PATTERN" or "PERCENT" or "SECONDS" or "SIZE" or "START:BYTES" or "TIME"
            or "UID:GID" or "URL" or "UUID" or "WORD" => ValueKind.Text,
        _ => null,
    };
}
