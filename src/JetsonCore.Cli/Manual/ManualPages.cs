// What the man pages say: of each command what its help says, and what holds for all of them.
using System.CommandLine;
using System.Globalization;

namespace JetsonCore.Cli.Manual;

internal static class ManualPages
{
    private const string Program = "jetson-core";

    private static readonly (string Code, string Meaning)[] ExitCodes =
    [
        ("0", "Done."),
        ("1", "Findings in the input, or a difference."),
        ("2", "Wrong arguments."),
        ("3", "A missing or unreadable file, a store that does not answer, no space, too little memory, a missing "
            + "library."),
        ("70", "A bug of the program."),
        ("130", "Interrupted."),
    ];

    private static readonly (string Names, string Meaning)[] Variables =
    [
        ("SOURCE_DATE_EPOCH", "The time that everything in an image gets, in seconds since 1970."),
        ("XDG_CACHE_HOME", "Where downloads are kept; without it ~/.cache."),
        ("XDG_DATA_HOME", "Where signing keys are; without it ~/.local/share."),
        ("TMPDIR", "Where work files go; without it /tmp."),
        ("NO_COLOR, TERM, CI", "Plain text where NO_COLOR is set, TERM is dumb, or CI is true."),
        ("SNAP_GNUPG_HOME, SNAP_GNUPG_CMD, SNAPD_EXT_KEYMGR",
            "The keyring of snap, its gpg, or a key manager instead."),
        ("SNAPPY_FORCE_API_URL, SNAPPY_FORCE_SAS_URL, UBUNTU_STORE_URL, UBUNTU_STORE_ID, UBUNTU_STORE_ARCH, "
            + "UBUNTU_STORE_AUTH, UBUNTU_STORE_AUTH_DATA_FILENAME, UBUNTU_STORE_COHORT_KEY",
            "The store, as for snapd; options come before them."),
        ("https_proxy, http_proxy, all_proxy, no_proxy, SSL_CERT_FILE", "The way to the store, and whom to trust."),
        ("JETSON_CORE_UBOOT_QEMU", "U-Boot for QEMU, for boot."),
    ];

    private static readonly (string Path, string Meaning)[] Files =
    [
        ("~/.local/share/jetson-core/keys/", "Signing keys."),
        ("~/.cache/jetson-core/snaps/", "Downloads, by digest; may be deleted."),
        ("~/.snap/gnupg/", "The keys of snap, used through gpg(1)."),
    ];

    /// <summary>All pages.</summary>
    /// <param name="root">The program's commands.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="time">The date of the pages, or null for none.</param>
    public static IEnumerable<ManualPage> Of(Command root, string version, DateTimeOffset? time)
    {
        string date = time?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
        Command[] verbs = [.. root.Subcommands.Where(verb => !verb.Hidden)];
        yield return OfProgram(root, verbs, date, version);
        foreach (Command verb in verbs)
            yield return OfVerb(verb, date, version);
    }

    private static ManualPage OfProgram(Command root, Command[] verbs, string date, string version)
    {
        var page = new ManualPage(Program);
        page.Title(date, $"{Program} {version}");
        Name(page, Program, "build, check and look into Ubuntu Core images");
        page.Section("SYNOPSIS");
        page.Roff(".nf");
        page.Roff($"{ManualPage.Bold(Program)} {ManualPage.Italic("VERB")} [{ManualPage.Italic("ARGUMENT")} ...]");
        page.Roff($"{ManualPage.Bold(Program)} [{ManualPage.Italic("VERB")}] {ManualPage.Bold("--help")}");
        page.Roff($"{ManualPage.Bold(Program)} {ManualPage.Bold("--version")} [{ManualPage.Bold("--json")}]");
        page.Roff(".fi");
        page.Section("DESCRIPTION");
        page.Prose([root.Description ?? "", "",
            "Data goes to standard output, everything else to standard error. Results are complete or not there; "
                + "nothing is overwritten without --force. The same input gives the same bytes.", "",
            "Where a verb reads a file, it may lie in another one: IMAGE:NAME, IMAGE:NUMBER (a partition by name, "
                + "label or number), IMAGE:@BYTES (from an offset on), ARCHIVE:PATH. Behind each /PATH or :PATH leads "
                + "on, as deep as there is."]);
        page.Section("VERBS");
        foreach (Command verb in verbs)
            page.Item($@"\fB{ManualPage.Escape($"{Program}-{verb.Name}")}\fR(1)", Summary(verb) + ".");
        Options(page, root);
        Common(page);
        page.Section("ENVIRONMENT");
        foreach ((string names, string meaning) in Variables)
            page.Item(string.Join(", ", names.Split(", ").Select(ManualPage.Bold)), meaning);
        page.Section("FILES");
        foreach ((string path, string meaning) in Files)
            page.Item(ManualPage.Italic(path), meaning);
        page.Section("EXAMPLES");
        page.Prose(["Judge a gadget, see where its structures lie, and say what a finding means:", "",
            "  jetson-core check --as uc18 gadget.yaml", "  jetson-core layout --as uc18 gadget.yaml",
            "  jetson-core explain JC1104", "",
            "Build an image, and look into it:", "",
            "  jetson-core build --model tx1.model --gadget gadget.snap --kernel kernel.snap \\",
            "    --snap core18.snap --snap snapd.snap -O out",
            "  jetson-core fs ls out/jetson.img:system-boot",
            "  jetson-core fs find out/jetson.img snap.yaml",
        ]);
        page.Section("SEE ALSO");
        page.Roff(".BR snap (8),\n.BR mke2fs (8),\n.BR mksquashfs (1)");
        return page;
    }

    private static ManualPage OfVerb(Command verb, string date, string version)
    {
        var page = new ManualPage($"{Program}-{verb.Name}");
        page.Title(date, $"{Program} {version}");
        string summary = Summary(verb);
        Name(page, $"{Program}-{verb.Name}", char.ToLowerInvariant(summary[0]) + summary[1..]);
        (Command Command, string Path)[] leaves = [.. Leaves(verb, verb.Name)];
        page.Section("SYNOPSIS");
        page.Roff(".nf");
        foreach ((Command command, string path) in leaves)
            page.Roff(Synopsis(command, path));
        page.Roff(".fi");
        page.Section("DESCRIPTION");
        if (leaves is [(var only, _)] && only == verb)
        {
            page.Prose(Words(verb));
            Arguments(page, verb);
            Options(page, verb);
        }
        else
        {
            page.Prose(verb.Subcommands.Count > 0 ? [Summary(verb) + ".", .. Words(verb)] : Words(verb));
            page.Section("COMMANDS");
            foreach ((Command command, string path) in leaves)
                Subcommand(page, command, path);
        }
        Common(page);
        page.Section("EXAMPLES");
        foreach ((Command command, _) in leaves)
            page.Prose(Examples(command));
        page.Section("SEE ALSO");
        page.Text($"`{Program}`(1), on environment and files");
        return page;
    }

    private static void Name(ManualPage page, string name, string summary)
    {
        page.Section("NAME");
        page.Roff($@"{ManualPage.Escape(name)} \- {ManualPage.Escape(summary)}");
    }

    private static void Subcommand(ManualPage page, Command command, string path)
    {
        page.Subsection($"{Program} {path}");
        string[] words = Words(command);
        string summary = $"{Summary(command)}.";
        page.Prose([summary, "", .. words.Where(line => line != summary)]);
        foreach (Argument argument in command.Arguments.Where(argument => !argument.Hidden))
            page.Item(Placeholder(argument), About(argument.Description, Default(argument)));
        foreach (Option option in OwnOptions(command))
            page.Item(Tag(option), About(option.Description, Default(option)));
    }

    private static void Arguments(ManualPage page, Command command)
    {
        if (!command.Arguments.Any())
            return;
        page.Section("ARGUMENTS");
        foreach (Argument argument in command.Arguments)
            page.Item(Placeholder(argument), About(argument.Description, Default(argument)));
    }

    private static void Options(ManualPage page, Command command)
    {
        page.Section("OPTIONS");
        foreach (Option option in OwnOptions(command))
            page.Item(Tag(option), About(option.Description, Default(option)));
        if (command.Parents.Any())
            page.Item($"{ManualPage.Bold("-h")}, {ManualPage.Bold("--help")}", "Show help and usage.");
    }

    private static void Common(ManualPage page)
    {
        page.Section("EXIT STATUS");
        foreach ((string code, string meaning) in ExitCodes)
            page.Item(ManualPage.Bold(code), meaning);
    }

    private static IEnumerable<Option> OwnOptions(Command command) => command.Options.Where(option => !option.Hidden);

    private static IEnumerable<(Command Command, string Path)> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0
            ? [(command, path)]
            : command.Subcommands.Where(below => !below.Hidden)
                .SelectMany(below => Leaves(below, $"{path} {below.Name}"));

    private static string Synopsis(Command command, string path)
    {
        IEnumerable<string> required = OwnOptions(command).Where(option => option.Required).Select(Tag);
        IEnumerable<string> arguments = command.Arguments.Select(argument =>
        {
            string many = argument.Arity.MaximumNumberOfValues > 1 ? " ..." : "";
            return argument.Arity.MinimumNumberOfValues > 0
                ? Placeholder(argument) + many : $"[{Placeholder(argument)}{many}]";
        });
        string options = OwnOptions(command).Any(option => !option.Required)
            ? $"[{ManualPage.Italic("OPTION")} ...]" : "";
        return string.Join(' ', ((string[])[ManualPage.Bold($"{Program} {path}"), options, .. required, .. arguments])
            .Where(word => word.Length > 0));
    }

    private static string Placeholder(Argument argument) => ManualPage.Italic(argument.Name);

    private static string Tag(Option option)
    {
        IEnumerable<string> names =
            option.Aliases.Order(StringComparer.Ordinal).Append(option.Name).Select(ManualPage.Bold);
        string value = option.Arity.MinimumNumberOfValues > 0
            ? $" {ManualPage.Italic(option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant())}" : "";
        return string.Join(", ", names) + value;
    }

    private static string About(string? description, string? usual)
    {
        string text = (description ?? "").Replace("\n", " ", StringComparison.Ordinal);
        return usual is null ? text + "." : $"{text}; {usual} if not given.";
    }

    private static string? Default(Argument argument) =>
        argument.HasDefaultValue && $"{argument.GetDefaultValue()}" is { Length: > 0 } text ? text : null;

    private static string? Default(Option option) => option.HasDefaultValue
        && option.GetDefaultValue() is { } value and not bool && $"{value}" is { Length: > 0 } text
        && !text.StartsWith("System.", StringComparison.Ordinal) ? text : null;

    private static string Summary(Command command) => (command.Description ?? "").Split('\n')[0];

    /// <summary>What a command says of itself between its first line and its examples.</summary>
    private static string[] Words(Command command)
    {
        string[] lines = (command.Description ?? "").Split('\n');
        string[] words = [.. lines.Skip(1).TakeWhile(line => !IsExamples(line)).SkipWhile(line => line.Length == 0)];
        return words.Length > 0 ? words : command.Subcommands.Count > 0 ? [] : [$"{Summary(command)}."];
    }

    private static IEnumerable<string> Examples(Command command) =>
        (command.Description ?? "").Split('\n').SkipWhile(line => !IsExamples(line)).Skip(1);

    private static bool IsExamples(string line) => line is "Example:" or "Examples:";
}
