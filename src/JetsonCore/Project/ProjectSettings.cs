// What --set says: FIELD=VALUE, over all that a project's files say. Of a list each --set adds one item, and the first
// of them takes the place of the project's; of maps and headers it sets one entry (model.headers.brand-id=my-brand).
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Project;

/// <summary>Reads settings.</summary>
internal static class ProjectSettings
{
    private const string Option = "--set";

    private static readonly ProjectLayer Layer = new(null, "", null);

    /// <summary>The fields that settings give.</summary>
    public static IEnumerable<ProjectValue> Read(ProjectRequest request, DiagnosticBag diagnostics)
    {
        var values = new Dictionary<string, ProjectValue>(StringComparer.Ordinal);
        foreach (string setting in request.Settings)
            Read(setting, values, diagnostics);
        return values.Values;
    }

    private static void Read(string setting, Dictionary<string, ProjectValue> values, DiagnosticBag diagnostics)
    {
        string[] parts = setting.Split('=', 2);
        string name = parts[0];
        ProjectField? field = ProjectFieldList.Find(name) ?? ProjectFieldList.All
            .FirstOrDefault(one => one.IsMap && name.StartsWith(one.Name + ".", StringComparison.Ordinal));
        if (parts is not [_, var text] || field is null || (field.IsMap && field.Name == name))
        {
            string[] known = [.. ProjectFieldList.All.Select(one => one.Name)];
            string hint = parts.Length == 2 && Spelling.Nearest(name, known) is { } near && near != name
                ? $"did you mean \"{near}\"?" : "write FIELD=VALUE, like image.size=4G or model.headers.brand-id=me";
            Add(ProjectRules.Setting, $"cannot read {Option} {setting}: it names no field", hint, diagnostics);
            return;
        }
        if (text.Length > 0 && ProjectText.FaultOf(field, text, out string? instead) is { } fault)
        {
            Add(ProjectRules.Value, $"cannot use {Option} {setting}: {fault}", instead, diagnostics);
            return;
        }
        values.TryGetValue(field.Name, out ProjectValue? before);
        values[field.Name] = With(before ?? new(field, Layer, SourceSpan.None), name, text);
    }

    private static ProjectValue With(ProjectValue value, string name, string text)
    {
        ProjectField field = value.Field;
        if (field.Kind == ProjectKind.Headers)
        {
            string header = name[(field.Name.Length + 1)..];
            return value with
            {
                Headers = (value.Headers ?? AssertionHeaders.None).With(header, text),
                HeaderLayers = value.HeaderLayers.SetItem(header, Layer),
            };
        }
        ImmutableArray<ProjectItem> items = text.Length == 0 ? []
            : [new(field.IsMap ? name[(field.Name.Length + 1)..] : "", text, SourceSpan.None)];
        return value with { Items = field.IsList || field.IsMap ? value.Items.AddRange(items) : items };
    }

    private static void Add(Rule rule, string message, string? hint, DiagnosticBag diagnostics) =>
        diagnostics.Add(new Diagnostic
        {
            Rule = rule,
            Severity = rule.Severity,
            Message = message,
            Hint = hint,
        });
}
