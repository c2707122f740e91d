// --version, and --version --json: what a report of a fault should say.
using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using JetsonCore.Cli.Doctor;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Cli;

internal sealed class VersionNumber(Option<bool> json) : SynchronousCommandLineAction
{
    /// <summary>The options, for the program as a whole.</summary>
    public static IEnumerable<Option> Options()
    {
        var json = new Option<bool>("--json") { Description = "with --version: as JSON, with libraries" };
        return
        [
            new Option<bool>("--version")
            {
                Description = "Show the version",
                Arity = ArgumentArity.Zero,
                Action = new VersionNumber(json),
            },
            json,
        ];
    }

    /// <summary>The version alone.</summary>
    public static string Short => ProgramVersion.Text.Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.GetValue(json))
            WriteJson(output);
        else
            output.WriteLine(ProgramVersion.Text);
        return (int)ExitCode.Success;
    }

    private static void WriteJson(TextWriter output) => JsonReport.WriteDocument(output, document =>
    {
        string[] parts = ProgramVersion.Text.Split('+');
        document.WriteString("schema", "jetson-core/version");
        document.WriteNumber("version", 1);
        document.WriteString("program", parts[0]);
        JsonReport.WriteText(document, "commit", parts.Length > 1 ? parts[1] : null);
        document.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        document.WriteString("architecture", Architecture());
        document.WriteString("system", RuntimeInformation.OSDescription);
        document.WriteStartObject("libraries");
        foreach (SystemLibrary library in (SystemLibrary[])[SystemLibrary.Lzma, SystemLibrary.Zstd])
            JsonReport.WriteText(document, library.Name, library.Version?.ToString());
        JsonReport.WriteText(document, "openssl", ProgramHealth.OpenSslVersion()?.ToString());
        document.WriteEndObject();
    });

    /// <summary>The processor's architecture, as Debian calls it.</summary>
    private static string Architecture() => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => $"{other}".ToLowerInvariant(),
    };
}
