// `jetson-core fs make FORMAT FROM OUT`: a file system or archive from a folder, or from another artefact, so that a
// tarball becomes an ext4 image or a snap a tarball. The formats are in FsMakeFormats; here is what they share.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using JetsonCore.Artefacts;
using JetsonCore.Build;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Commands;

/// <summary>What a format is made from.</summary>
/// <param name="Root">The files, with the owners and times that were asked for.</param>
/// <param name="Time">The time of the file system itself.</param>
/// <param name="Ids">Ids that follow from the tree.</param>
/// <param name="Remark">Takes what is said of files that are not taken as they are.</param>
internal sealed record FsMakeSource(DirectoryNode Root, FileTime Time, DerivedIds Ids, TreeRemark Remark)
{
    /// <summary>Says once if files have times that the format cannot hold, of which it takes the nearest.</summary>
    public void SayOfTimes(string format, long least, long most) => SayOfAll(
        metadata => metadata.ModificationTime.UnixSeconds < least || metadata.ModificationTime.UnixSeconds > most,
        $"a time that {format} cannot hold: the nearest of {Day(least)} to {Day(most)} is stored");

    /// <summary>Says once if files have attributes that the format cannot hold, and takes them away.</summary>
    public void DropAttributes(string format, Func<string, bool> isStorable)
    {
        SayOfAll(metadata => metadata.ExtendedAttributes.Keys.Any(name => !isStorable(name)),
            $"extended attributes that {format} cannot hold: they are left out");
        foreach (FileNode node in Nodes().Select(file => file.Node))
        {
            IEnumerable<string> names = node.Metadata.ExtendedAttributes.Keys.Where(name => !isStorable(name));
            node.Metadata = node.Metadata with
            {
                ExtendedAttributes = node.Metadata.ExtendedAttributes.RemoveRange(names),
            };
        }
    }

    private void SayOfAll(Func<FileMetadata, bool> isMeant, string what)
    {
        string[] paths = [.. Nodes().Where(file => isMeant(file.Node.Metadata)).Select(file => file.Path)];
        if (paths.Length > 0)
            Remark(paths[0], paths.Length == 1 ? $"has {what}" : $"and {paths.Length - 1} more have {what}");
    }

    private IEnumerable<(string Path, FileNode Node)> Nodes() => Root.Walk().Prepend(("/", Root));

    private static string Day(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds)
        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

internal sealed class FsMakeCommand
{
    private const int NodeListBytesMax = 16 << 20;

    private static readonly Rule DoesNotFit = new("JC5004", Severity.Error, "content fits the size that is given");
    private static readonly Rule NotStorable = new("JC5005", Severity.Error, "content can be expressed in the format");
    private static readonly Rule BadOptions = new("JC9107", Severity.Error, "options agree with the format");

    private readonly Argument<string> _from = new("FROM")
    {
        Description = "a folder, or an artefact with files: a tarball, a snap, a file system, a .deb, an initrd, a "
            + "partition of a disk image as IMAGE:PARTITION",
    };

    private readonly Argument<string> _out = new("OUT") { Description = "the file to write" };
    private readonly Option<string> _owner = new("--owner")
    {
        Description = "whose everything is: keep, as FROM has it, or root",
        HelpName = "WHO",
        DefaultValueFactory = _ => "keep",
    };

    private readonly Option<FileTime?> _time = new("--mtime")
    {
        Description = "one time for everything: seconds since 1970 or 2018-01-28T12:00:00Z; else SOURCE_DATE_EPOCH, if "
            + "set, else the times of FROM",
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    private readonly Option<string[]> _exclude = FsCommand.Exclude();

    private readonly Option<string?> _nodes = new("--nodes")
    {
        Description = "a text of files, folders and device nodes with their owners, laid over FROM, in gen_init_cpio's "
            + "words: dir NAME MODE UID GID; nod NAME MODE UID GID b|c MAJOR MINOR; file NAME LOCATION MODE UID GID, "
            + "LOCATION - for the file of FROM; slink NAME TARGET MODE UID GID; pipe; sock",
        HelpName = "LIST",
    };

    private readonly Option<bool> _force = new("--force") { Description = "overwrite the file" };

    private readonly Terminal _terminal;

    private FsMakeCommand(Terminal terminal)
    {
        _terminal = terminal;
        _owner.AcceptOnlyFromAmong("keep", "root");
    }

    public static Command Create(Terminal terminal) => new("make", "Make a file system or an archive")
    {
        FsMakeExt4.Create(terminal),
        FsMakeFormats.CreateVfat(terminal),
        FsMakeFormats.CreateSquashFs(terminal),
        FsMakeFormats.CreateCpio(terminal),
        FsMakeFormats.CreateTar(terminal),
        FsMakeSparse.CreateSparse(),
        FsMakeSparse.CreateRaw(),
        FsMakeSparse.CreateBmap(),
    };

    /// <summary>A command that makes a format of files.</summary>
    /// <param name="terminal">Takes warnings.</param>
    /// <param name="name">The format.</param>
    /// <param name="description">What is said about it.</param>
    /// <param name="options">Its own options.</param>
    /// <param name="write">Writes the file; gets what was typed and what to write.</param>
    public static Command OfFiles(
        Terminal terminal, string name, string description, IEnumerable<Option> options,
        Action<ParseResult, FsMakeSource, Stream, CancellationToken> write)
    {
        var shared = new FsMakeCommand(terminal);
        var command = new Command(name, description) { shared._from, shared._out };
        foreach (Option option in options)
            command.Add(option);
        command.Add(shared._owner);
        command.Add(shared._time);
        command.Add(shared._exclude);
        command.Add(shared._nodes);
        command.Add(shared._force);
        command.SetAction(parsed => (int)shared.Run(parsed, write));
        return command;
    }

    /// <summary>Writes a file; what the writer refuses becomes a message.</summary>
    public static ExitCode WriteFile(string path, bool force, Action<FileStream> write)
    {
        using OutputFile file = OutputFile.Create(path, force);
        try
        {
            write(file.Stream);
        }
        catch (ContentDoesNotFitException exception)
        {
            throw new UserErrorException(FailureKind.Input, DoesNotFit, path, exception.Message,
                hint: "give a larger --size, or none for the smallest that fits");
        }
        catch (UnstorableContentException exception)
        {
            throw new UserErrorException(FailureKind.Input, NotStorable, path, exception.Message);
        }
        catch (ArgumentException exception) when (exception is not ArgumentNullException)
        {
            throw new UserErrorException(FailureKind.Usage, BadOptions, path, WithoutParameter.Of(exception));
        }
        file.Commit();
        return ExitCode.Success;
    }

    private ExitCode Run(ParseResult parsed, Action<ParseResult, FsMakeSource, Stream, CancellationToken> write)
    {
        string from = parsed.GetRequiredValue(_from);
        return Failures.About(from, () => Make(from, parsed, write));
    }

    private ExitCode Make(
        string from, ParseResult parsed, Action<ParseResult, FsMakeSource, Stream, CancellationToken> write)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        using ArtefactTree? artefact = HostFile.IsFolder(from)
            ? null
            : ArtefactTree.Open(from, spool.Keep, ReadLimits.Default, interruption.Token);
        foreach ((string path, string message) in artefact?.Remarks ?? [])
            FsCommand.Say(_terminal, $"{from}: {path}", message);
        DirectoryNode root = artefact is null
            ? FolderTree.Read(from, new() { OwnedByRoot = false, ExtendedAttributes = true })
            : Inner(artefact, from);
        root = new TreeSelection([], parsed.GetValue(_exclude) ?? []).Of(root);
        var clock = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName));
        FileTime? time = parsed.GetValue(_time) ?? clock?.FileTime;
        TreeMetadata.Override(root, parsed.GetValue(_owner) == "root", time);
        FileTime made = time ?? SnapPacker.LatestTime(root);
        if (parsed.GetValue(_nodes) is { } list && !LayOver(root, list, made))
            return ExitCode.Findings;
        var ids = DerivedIds.Of(new BuildClock(made.UnixSeconds, "tree"), [TreeMetadata.Digest(root)]);
        return WriteFile(parsed.GetRequiredValue(_out), parsed.GetValue(_force),
            stream =>
            {
                write(parsed, new(root, made, ids, (path, message) => FsCommand.Say(_terminal, path, message)), stream,
                    interruption.Token);
                interruption.Token.ThrowIfCancellationRequested();
            });
    }

    private static DirectoryNode Inner(ArtefactTree artefact, string from) =>
        FsCommand.Find(artefact.Root, artefact.InnerPath) as DirectoryNode
        ?? throw new UserErrorException(
            FailureKind.Input, NotStorable, from, "cannot make anything of it: this is no folder");

    private bool LayOver(DirectoryNode root, string list, FileTime time)
    {
        var diagnostics = new DiagnosticBag(list);
        byte[] text = InputBytes.Read(list, NodeListBytesMax);
        NodeList.Apply(root, NodeName.Decode(text), time, diagnostics);
        DiagnosticPrinter.Print(diagnostics, _terminal.Error);
        return !diagnostics.HasErrors;
    }

    private static FileTime? ParseTime(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (long.TryParse(text.TrimStart('@'), NumberStyles.AllowLeadingSign, invariant, out long seconds))
            return new(seconds);
        if (DateTimeOffset.TryParse(text, invariant, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment))
            return new(moment.ToUnixTimeSeconds());
        result.AddError($"cannot read the time \"{text}\": write seconds since 1970, or 2018-01-28T12:00:00Z");
        return null;
    }
}
