// What a field of a project is: its name with the groups before it ("image.size"), what kind of value it takes, what it
// is without one, and a sentence for schema, comments and messages.
namespace JetsonCore.Project;

/// <summary>What a field takes.</summary>
internal enum ProjectKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Bytes, or a number with K, M, G or T.</summary>
    Size,

    /// <summary>A number of seconds since 1970.</summary>
    Time,

    /// <summary>Where RAM is: START:BYTES.</summary>
    Ram,

    /// <summary>A file that is read.</summary>
    InputFile,

    /// <summary>A folder that is read.</summary>
    InputFolder,

    /// <summary>A file or folder that is written, or may be missing.</summary>
    Place,

    /// <summary>A snap: a file, a folder, or NAME[=CHANNEL] of the store.</summary>
    Snap,

    /// <summary>Files or folders that are read.</summary>
    Inputs,

    /// <summary>Snaps.</summary>
    Snaps,

    /// <summary>Lines of a list file.</summary>
    Lines,

    /// <summary>Files and folders that are read, each under a name of its own.</summary>
    NamedInputs,

    /// <summary>Texts, each under a name of its own.</summary>
    NamedTexts,

    /// <summary>The headers of an assertion.</summary>
    Headers,
}

/// <summary>One field.</summary>
/// <param name="Name">Its name, groups first, a dot between.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Description">What it is: one sentence, lower case, no full stop.</param>
internal sealed record ProjectField(string Name, ProjectKind Kind, string Description)
{
    /// <summary>What it is where nobody says it; empty for nothing.</summary>
    public string Default { get; init; } = "";

    /// <summary>The words that a choice takes.</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>A value to begin with, for comments; a line of its own each.</summary>
    public string[] Example { get; init; } = [];

    /// <summary>Whether it takes a list.</summary>
    public bool IsList => Kind is ProjectKind.Inputs or ProjectKind.Snaps or ProjectKind.Lines;

    /// <summary>Whether it takes a map.</summary>
    public bool IsMap => Kind is ProjectKind.NamedInputs or ProjectKind.NamedTexts or ProjectKind.Headers;

    /// <summary>The group before the last dot; empty for none.</summary>
    public string Group => Name.Contains('.', StringComparison.Ordinal) ? Name[..Name.LastIndexOf('.')] : "";

    /// <summary>What stands behind the last dot.</summary>
    public string Key => Name[(Name.LastIndexOf('.') + 1)..];
}
