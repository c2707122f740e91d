// A project as text: resolved, with who says what (--print), or every field with what it is, to begin from.
using System.Text;
using JetsonCore.Assertions;

namespace JetsonCore.Project;

/// <summary>Writes projects.</summary>
internal static class ProjectPrinter
{
    private const string Indent = "  ";
    private const int CommentColumn = 56;

    /// <summary>The resolved project: every field that has a value, paths from the root, and who says so.</summary>
    public static string Resolved(BuildProject project)
    {
        var text = new StringBuilder();
        var writer = new GroupWriter(text, "");
        foreach (ProjectField field in ProjectFieldList.All)
        {
            if (project.Find(field.Name) is { } value)
            {
                writer.Enter(field);
                WriteValue(text, writer.Indent, value);
            }
            else if (field.Default.Length > 0)
            {
                writer.Enter(field);
                string shown = field.Kind is ProjectKind.InputFolder or ProjectKind.Place
                    ? Path.GetFullPath(project.PathOf(field.Name)!) : field.Default;
                WriteLine(text, $"{writer.Indent}{field.Key}: {Scalar(shown)}", "default");
            }
        }
        return text.ToString();
    }

    /// <summary>Every field as a comment, with what it is and what it is without a value.</summary>
    public static string Commented()
    {
        var text = new StringBuilder();
        string group = "";
        text.Append($"# {ProjectFieldList.Extends}: ../other-board\n#   {ProjectFieldList.ExtendsDescription}\n");
        foreach (ProjectField field in ProjectFieldList.All)
        {
            foreach (string one in Steps(field.Group).Except(Steps(group)))
                text.Append($"\n#{Deep(one)[1..]}{one.Split('.')[^1]}:   # {ProjectFieldList.Groups[one]}\n");
            if (field.Group.Length == 0)
                text.Append('\n');
            group = field.Group;
            string indent = field.Group.Length == 0 ? " " : Deep(field.Group) + Indent[1..];
            foreach (string line in ExampleOf(field))
                text.Append($"#{indent}{line}\n");
            text.Append($"#{indent}  {field.Description}");
            text.Append(field.Choices is [] ? "" : $": {string.Join(", ", field.Choices)}").Append('\n');
        }
        text.Append($"\n# {ProjectFieldList.Profiles}:\n#   release:\n#     allow-unvouched: false\n");
        text.Append($"#   {ProjectFieldList.ProfilesDescription}\n");
        return text.ToString();
    }

    private static IEnumerable<string> ExampleOf(ProjectField field)
    {
        if (field.IsList || field.IsMap)
        {
            return
            [
                $"{field.Key}:",
                .. field.Example.Select(line => field.IsList ? $"{Indent}- {line}" : $"{Indent}{line}"),
            ];
        }
        return [$"{field.Key}: {(field.Default.Length > 0 ? field.Default : field.Example[0])}"];
    }

    private static IEnumerable<string> Steps(string group)
    {
        string[] steps = group.Split('.', StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(1, steps.Length).Select(count => string.Join('.', steps[..count]));
    }

    private static string Deep(string group) =>
        " " + string.Concat(Enumerable.Repeat(Indent, group.Count(letter => letter == '.')))
            + (group.Length == 0 ? "" : " ");

    private static void WriteValue(StringBuilder text, string indent, ProjectValue value)
    {
        ProjectField field = value.Field;
        string origin = Origin(value.Layer, value.Span.Line);
        if (field.Kind == ProjectKind.Headers)
        {
            text.Append($"{indent}{field.Key}:\n");
            foreach ((string name, HeaderValue header) in value.Headers!.All)
            {
                WriteHeader(text, indent + Indent, $"{name}:", header,
                    Origin(value.HeaderLayers[name], header.Span.Line));
            }
        }
        else if (!field.IsList && !field.IsMap)
        {
            WriteLine(text, $"{indent}{field.Key}: {Scalar(Shown(value, value.Items[0]))}", origin);
        }
        else
        {
            WriteLine(text, $"{indent}{field.Key}:{(value.Items.IsEmpty ? field.IsList ? " []" : " {}" : "")}", origin);
            foreach (ProjectItem item in value.Items)
            {
                string head = field.IsList ? "-" : $"{Scalar(item.Key)}:";
                text.Append($"{indent}{Indent}{head} {Scalar(Shown(value, item))}\n");
            }
        }
    }

    private static string Shown(ProjectValue value, ProjectItem item) => value.Field.Kind switch
    {
        ProjectKind.InputFile or ProjectKind.InputFolder or ProjectKind.Place or ProjectKind.Inputs
            or ProjectKind.NamedInputs => Path.GetFullPath(value.Layer.Resolve(item.Text)),
        ProjectKind.Snap or ProjectKind.Snaps when ProjectSnapName.PathOf(item.Text, value.Layer) is { } path =>
            Path.GetFullPath(path),
        _ => item.Text,
    };

    private static void WriteHeader(StringBuilder text, string indent, string head, HeaderValue value, string? origin)
    {
        switch (value)
        {
            case HeaderValue.Text scalar:
                WriteLine(text, $"{indent}{head} {Scalar(scalar.Value)}", origin);
                break;
            case HeaderValue.Items list:
                WriteLine(text, $"{indent}{head}", origin);
                foreach (HeaderValue item in list.Values)
                    WriteHeader(text, indent + Indent, "-", item, null);
                break;
            case HeaderValue.Entries map:
                WriteLine(text, $"{indent}{head}", origin);
                foreach ((string name, HeaderValue inner) in map.Values.All)
                    WriteHeader(text, indent + Indent, $"{name}:", inner, null);
                break;
        }
    }

    private static void WriteLine(StringBuilder text, string line, string? origin) =>
        text.Append(origin is null ? line : $"{line.PadRight(CommentColumn)} # {origin}").Append('\n');

    private static string Origin(ProjectLayer layer, int line) => layer.Path is null
        ? "--set"
        : $"{layer.Path}:{line}{(layer.Profile is null ? "" : $", profile {layer.Profile}")}";

    /// <summary>A text as a scalar that reads back as it.</summary>
    private static string Scalar(string text)
    {
        string escaped = text.Replace("$", "$$", StringComparison.Ordinal);
        bool isPlain = text.Length > 0 && !text.Contains('\n', StringComparison.Ordinal)
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+=~:".Contains(letter))
            && char.IsAsciiLetterOrDigit(text[0]) | text[0] is '/' or '.' && text[^1] != ':';
        return isPlain ? escaped : Quoted(escaped);
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '"' or '\\' => quoted.Append('\\').Append(letter),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                < ' ' or '\u007f' => quoted.Append($"\\x{(int)letter:x2}"),
                _ => quoted.Append(letter),
            };
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>Opens groups as fields come.</summary>
    private sealed class GroupWriter(StringBuilder text, string group)
    {
        private string _group = group;

        public string Indent { get; private set; } = "";

        public void Enter(ProjectField field)
        {
            foreach (string one in Steps(field.Group).Except(Steps(_group)))
            {
                string[] steps = one.Split('.');
                text.Append(string.Concat(Enumerable.Repeat(ProjectPrinter.Indent, steps.Length - 1)));
                text.Append($"{steps[^1]}:\n");
            }
            _group = field.Group;
            Indent = string.Concat(Enumerable.Repeat(ProjectPrinter.Indent, Steps(_group).Count()));
        }
    }
}
