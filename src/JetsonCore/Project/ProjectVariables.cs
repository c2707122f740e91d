// Variables of the environment in the values of a project, never in its keys:
//
//   ${NAME}            the variable; one that is not set is a finding
//   ${NAME:-text}      the text where the variable is not set or empty, as in a shell
//   $$                 a dollar sign; one before anything else stands for itself
//
// A tree is copied with them filled in, each value at its old place, before anyone asks what it means.
using System.Runtime.CompilerServices;
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Project;

/// <summary>Fills variables in.</summary>
/// <param name="environment">The value of a variable; null where it is not set.</param>
/// <param name="diagnostics">Takes what is wrong.</param>
internal sealed class ProjectVariables(Func<string, string?> environment, DiagnosticBag diagnostics)
{
    private const char Dollar = '$';
    private const string Fallback = ":-";

    private readonly Dictionary<YamlNode, YamlNode> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>The tree with all variables filled in.</summary>
    public YamlNode Fill(YamlNode node)
    {
        if (_copies.TryGetValue(node, out YamlNode? known))
            return known;
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            diagnostics.Add(ProjectRules.Limit, node.Span, "cannot read the file: it is nested too deeply");
            return node;
        }
        YamlNode copy = new(node.Kind, node.Span)
        {
            Value = node.Kind == YamlKind.Scalar ? Fill(node.Value, node.Span) : node.Value,
            Tag = node.Tag,
            IsImplicit = node.IsImplicit,
            Target = node.Target is { } target ? Fill(target) : null,
        };
        _copies[node] = copy;
        for (int index = 0; index < node.Children.Count; index++)
        {
            bool isKey = node.Kind == YamlKind.Mapping && index % 2 == 0;
            copy.Children.Add(isKey ? node.Children[index] : Fill(node.Children[index]));
        }
        return copy;
    }

    /// <summary>A text with all variables filled in.</summary>
    public string Fill(string text, SourceSpan span)
    {
        int at = text.IndexOf('$', StringComparison.Ordinal);
        if (at < 0)
            return text;
        var filled = new StringBuilder(text, 0, at, text.Length);
        while (at < text.Length)
        {
            string rest = text[at..];
            if (rest.StartsWith("$$", StringComparison.Ordinal))
            {
                filled.Append(Dollar);
                at += 2;
            }
            else if (rest.StartsWith("${", StringComparison.Ordinal))
            {
                int end = rest.IndexOf('}', StringComparison.Ordinal);
                if (end < 0)
                {
                    diagnostics.Add(ProjectRules.Variable, span,
                        $"cannot read the variable \"{YamlDecoder.Shorten(rest)}\": it has no end",
                        "write ${NAME} or ${NAME:-text}; $$ stands for a dollar sign");
                    return text;
                }
                filled.Append(ValueOf(rest[2..end], span));
                at += end + 1;
            }
            else
            {
                filled.Append(text[at++]);
            }
        }
        return filled.ToString();
    }

    private string ValueOf(string inner, SourceSpan span)
    {
        string[] parts = inner.Split(Fallback, 2);
        string name = parts[0];
        if (name.Length == 0 || char.IsAsciiDigit(name[0])
            || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            diagnostics.Add(ProjectRules.Variable, span,
                $"cannot read the variable \"{YamlDecoder.Shorten(name)}\": names are letters, digits and \"_\"",
                "write ${NAME} or ${NAME:-text}; $$ stands for a dollar sign");
            return "";
        }
        string? value = environment(name);
        if (parts is [_, var fallback] && string.IsNullOrEmpty(value))
            return fallback;
        if (value is null)
        {
            diagnostics.Add(ProjectRules.Variable, span, $"cannot fill in ${{{name}}}: the variable is not set",
                $"set it, or give a value for where it is not: ${{{name}:-text}}");
        }
        return value ?? "";
    }
}
