// What a user may name as a gadget: a gadget.yaml, a gadget's folder, or "-" for standard input.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget;

/// <summary>A gadget as the user named it.</summary>
public sealed record GadgetInput
{
    private static readonly Rule Missing = new("JC9102", Severity.Error, "named files are there");

    /// <summary>The gadget.yaml, as messages call it.</summary>
    public required string YamlPath { get; init; }

    /// <summary>Its bytes.</summary>
    public required byte[] Yaml { get; init; }

    /// <summary>Opens what the user named.</summary>
    /// <exception cref="UserErrorException">It is not there.</exception>
    public static GadgetInput Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path == "-")
        {
            using Stream input =
                new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(0, ownsHandle: false), FileAccess.Read);
            return new() { YamlPath = "<stdin>", Yaml = GadgetReader.ReadBounded(input) };
        }
        string yamlPath = Directory.Exists(path) ? Path.Combine(path, "meta", "gadget.yaml") : path;
        if (!File.Exists(yamlPath))
        {
            throw new UserErrorException(
                FailureKind.Environment, Missing, yamlPath, "cannot read it: there is no such file",
                "name a gadget.yaml, a folder with meta/gadget.yaml, or - for standard input");
        }
        using FileStream file = File.OpenRead(yamlPath);
        return new() { YamlPath = yamlPath, Yaml = GadgetReader.ReadBounded(file) };
    }
}
