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
internal sealed record FsMakeSource(DirectoryNode Root, FileTime Time, DerivedIds Ids);

internal sealed class FsMakeCommand
{
    private static readonly Rule DoesNotFit = new("JC5004", Severity.Error, "content fits the size that is given");
    private static readonly Rule NotStorable = new("JC5005", Severity.Error, "content can be expressed in the format");
    private static readonly Rule BadOptions = new("JC9107", Severity.Error, "options agree with the format");

    private readonly Argument<string> _from = new("FROM")
    {
        Description = "a folder, or an artefact with files: a tarball, a snap, a file system, a .deb, an initrd",
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

    private readonly Option<bool> _force = new("--force") { Description = "overwrite the file" };

    private FsMakeCommand() => _owner.AcceptOnlyFromAmong("keep", "root");

    public static Command Create(Terminal terminal) => new("make", "Make a file system or an archive")
    {
        FsMakeExt4.Create(terminal),
        FsMakeFormats.CreateVfat(),
        FsMakeFormats.CreateSquashFs(),
        FsMakeFormats.CreateCpio(),
        FsMakeFormats.CreateTar(),
        FsMakeSparse.CreateSparse(),
        FsMakeSparse.CreateRaw(),
        FsMakeSparse.CreateBmap(),
    };

    /// <summary>A command that makes a format of files.</summary>
    /// <param name="name">The format.</param>
    /// <param name="description">What is said about it.</param>
    /// <param name="options">Its own options.</param>
    /// <param name="write">Writes the file; gets what was typed and what to write.</param>
    public static Command OfFiles(
        string name, string description, IEnumerable<Option> options,
        Action<ParseResult, FsMakeSource, Stream, CancellationToken> write)
    {
        var shared = new FsMakeCommand();
        var command = new Command(name, description) { shared._from, shared._out };
        foreach (Option option in options)
            command.Add(option);
        command.Add(shared._owner);
        command.Add(shared._time);
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
            string message = exception.Message.Split(" (Parameter ")[0];
            throw new UserErrorException(FailureKind.Usage, BadOptions, path, message);
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
        using ArtefactTree? artefact = Directory.Exists(from)
            ? null
            : ArtefactTree.Open(from, spool.Keep, ReadLimits.Default, interruption.Token);
        DirectoryNode root = artefact?.Root
            ?? FolderTree.Read(from, new() { OwnedByRoot = false, ExtendedAttributes = true });
        var clock = BuildClock.FromVariable(Environment.GetEnvironmentVariable(BuildClock.VariableName));
        FileTime? time = parsed.GetValue(_time) ?? clock?.FileTime;
        TreeMetadata.Override(root, parsed.GetValue(_owner) == "root", time);
        FileTime made = time ?? SnapPacker.LatestTime(root);
        var ids = DerivedIds.Of(new BuildClock(made.UnixSeconds, "tree"), [TreeMetadata.Digest(root)]);
        return WriteFile(parsed.GetRequiredValue(_out), parsed.GetValue(_force),
            stream =>
            {
                write(parsed, new(root, made, ids), stream, interruption.Token);
                interruption.Token.ThrowIfCancellationRequested();
            });
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
