// Which texts are served, told by their names and, where any YAML or JSON may be a model, by what they say. A further
// kind of file is a line in Open, and where it has a schema of its own one in the table of them.
using System.Text.RegularExpressions;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Project;
using JetsonCore.Snaps;

namespace JetsonCore.Cli.Editing;

/// <summary>Opens texts.</summary>
/// <param name="options">How gadgets are judged.</param>
internal sealed partial class EditedTexts(GadgetCheckOptions options)
{
    private const int BeginningLength = 4096;

    private readonly Dictionary<string, EditorSchema> _schemas = new(StringComparer.Ordinal);

    /// <summary>The text; null for one that nothing is known of.</summary>
    /// <param name="path">Its file, or what the editor calls it.</param>
    /// <param name="language">What the editor takes it for.</param>
    /// <param name="text">The text.</param>
    public EditedText? Open(string path, string language, string text)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        if (name.EndsWith("gadget.yaml", StringComparison.Ordinal))
            return new EditedGadget(path, text, Schema("gadget"), options);
        if (name.EndsWith("snap.yaml", StringComparison.Ordinal))
            return new EditedYaml(path, text, Schema("snap"), (bytes, found) => _ = SnapYaml.Read(bytes, found));
        if (name == ProjectFieldList.FileName)
            return new EditedYaml(path, text, Schema("project"), (bytes, found) => CheckProject(path, bytes, found));
        if (name.EndsWith(".env.in", StringComparison.Ordinal) || language == "uboot-env")
            return new EditedEnvironment(path, text);
        return IsModel(name, text) ? new EditedYaml(path, text, Schema("model"), CheckModel) : null;
    }

    [GeneratedRegex(@"^[ \t{]*""?type""?[ \t]*:[ \t]*""?model\b",
        RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex ModelType();

    private static bool IsModel(string name, string text) =>
        (name.EndsWith(".json", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal)
            || name.EndsWith(".yml", StringComparison.Ordinal))
        && ModelType().IsMatch(text.AsSpan(0, Math.Min(text.Length, BeginningLength)));

    /// <summary>What `sign` says before it asks for the key.</summary>
    private static void CheckModel(byte[] bytes, DiagnosticBag diagnostics)
    {
        if (AssertionStatement.Read(bytes, diagnostics) is { } statement)
            _ = AssertionSigner.Check(statement, diagnostics);
    }

    /// <summary>What `build` says of the file itself; a variable that is set elsewhere is no fault of it.</summary>
    private static void CheckProject(string path, byte[] bytes, DiagnosticBag diagnostics) =>
        _ = ProjectReader.Read(bytes, new(path, "", null), name => Environment.GetEnvironmentVariable(name) ?? "",
            diagnostics);

    private EditorSchema Schema(string name)
    {
        if (!_schemas.TryGetValue(name, out EditorSchema? schema))
            _schemas[name] = schema = EditorSchema.Load(name);
        return schema;
    }
}
