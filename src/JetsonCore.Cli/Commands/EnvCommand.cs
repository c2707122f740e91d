// `jetson-core env …`: U-Boot environment images.
using System.CommandLine;
using JetsonCore.Boot;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Cli.Commands;

internal static class EnvCommand
{
    private const string Redundant = "redundant", Single = "single", Little = "little", Big = "big";
    private const int SizeDefault = 131072, SizeMin = 16, SizeMax = 16 << 20;

    /// <summary>Arguments of `env make` as plain values.</summary>
    internal sealed record MakeOptions(
        string TextPath, string ImagePath, int SizeBytes, UBootEnvironmentForm Form, bool Force);

    public static Command Create(Terminal terminal) => new("env", "Make, show, and run U-Boot environments")
    {
        CreateMake(terminal),
        CreateShow(terminal),
        EnvLintCommand.CreateSet(),
        EnvLintCommand.CreateDiff(terminal),
        EnvLintCommand.CreateLint(terminal),
        EnvSimulateCommand.Create(terminal),
    };

    private static Command CreateMake(Terminal terminal)
    {
        var text = new Argument<string>("TEXT")
        {
            Description = "key=value lines; a backslash at a line's end goes on, \"#\" at its start is a comment; "
                + "- for standard input",
        };
        var image = new Argument<string>("OUT") { Description = "the image, as uboot.env" };
        Option<int> size = ByteSizes.SmallOption("--size",
            "bytes of the image, CONFIG_ENV_SIZE of the board's U-Boot; 0x20000 is understood as well", SizeDefault,
            bytes => bytes is >= SizeMin and <= SizeMax
                ? null
                : $"cannot use {bytes} as --size: environments have {SizeMin} to {SizeMax} bytes");
        Option<string> layout = OneOf(
            "--layout", "with a flag byte behind the checksum, or without: ", Redundant, Single);
        Option<string> order = OneOf("--byte-order", "of the machine, for the checksum: ", Little, Big);
        var force = new Option<bool>("--force") { Description = "overwrite the file" };
        var command = new Command("make", """
            Make an environment image from a text

            The image is that of mkenvimage -r -p 0xff: checksum, flag byte, entries; snapd wants it so. The entries
            are sorted, and of a key that comes twice the last value is taken, as U-Boot does.

            Examples:
              jetson-core env make gadget/uboot.env.in uboot.env
              jetson-core env make --layout single --byte-order big --size 0x4000 board.txt board.env
            """)
        {
            text, image, size, layout, order, force,
        };
        command.SetAction(parsed => (int)Make(
            new(parsed.GetRequiredValue(text), parsed.GetRequiredValue(image), parsed.GetValue(size),
                new(parsed.GetValue(layout) == Single ? UBootEnvironmentLayout.Single
                    : UBootEnvironmentLayout.Redundant, parsed.GetValue(order) == Big),
                parsed.GetValue(force)),
            terminal));
        return command;
    }

    private static Command CreateShow(Terminal terminal)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "an environment image, also in a disk image as IMAGE:PARTITION/PATH; - for standard input",
        };
        var json = new Option<bool>("--json") { Description = "print JSON instead of text" };
        var command = new Command("show", """
            Show the variables of an environment image

            The text is one that "env make" reads.

            Example:
              jetson-core env show out/jetson.img:system-boot/uboot.env
            """)
        {
            file, json,
        };
        command.SetAction(parsed => (int)ShowOrTell(parsed.GetRequiredValue(file), parsed.GetValue(json), terminal));
        return command;
    }

    private static Option<string> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = description + string.Join(", ", values),
            HelpName = "NAME",
            DefaultValueFactory = _ => values[0],
        };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    internal static ExitCode Make(MakeOptions options, Terminal terminal)
    {
        byte[] text = InputBytes.Read(options.TextPath, SizeMax);
        var diagnostics = new DiagnosticBag();
        byte[]? block = EnvironmentCompiler.Compile(
            InputBytes.NameOf(options.TextPath), text, options.SizeBytes, diagnostics, options.Form);
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        if (block is null)
            return ExitCode.Findings;
        OutputFile.Write(options.ImagePath, block, options.Force);
        return ExitCode.Success;
    }

    /// <summary>A document names also a file that cannot be shown.</summary>
    internal static ExitCode ShowOrTell(string path, bool asJson, Terminal terminal)
    {
        try
        {
            return Show(path, asJson, terminal);
        }
        catch (Exception exception) when (asJson && Failures.OfInput(exception, path) is { } found)
        {
            JsonReport.Write("jetson-core/environment", terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                JsonReport.WriteDiagnostics(json, [found.Diagnostic]);
                json.WriteEndObject();
            });
            return found.Code;
        }
    }

    internal static ExitCode Show(string path, bool asJson, Terminal terminal)
    {
        byte[] block = InputBytes.Read(path, SizeMax);
        // A block without a right checksum is read as the layout that snapd takes, which says what is wrong with it.
        UBootEnvironmentForm form = UBootEnvironment.Recognise(block) ?? default;
        SortedDictionary<string, string> variables = Failures.About(InputBytes.NameOf(path), () =>
        {
            return UBootEnvironment.WhyUnusable(block) is { } reason
                ? throw new MalformedDataException(0, reason)
                : UBootEnvironment.Decode(block, form);
        });
        if (!asJson)
        {
            terminal.Output.Write(UBootEnvironmentText.Write(variables));
            return ExitCode.Success;
        }
        JsonReport.Write("jetson-core/environment", terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteString("layout", form.Layout == UBootEnvironmentLayout.Redundant ? Redundant : Single);
            json.WriteString("byteOrder", form.IsBigEndian ? Big : Little);
            json.WriteNumber("sizeBytes", block.Length);
            json.WriteNumber("usedBytes", UBootEnvironment.EncodedLength(variables, form.Layout));
            json.WriteStartObject("variables");
            foreach ((string key, string value) in variables)
                json.WriteString(key, value);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        return ExitCode.Success;
    }
}
