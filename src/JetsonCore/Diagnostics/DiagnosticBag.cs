// Collects findings, so that one run reports all of them.
namespace JetsonCore.Diagnostics;

/// <summary>Findings about one run, in the order in which they were made.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>Whether anything found is an error.</summary>
    public bool HasErrors => _items.Exists(item => item.Severity == Severity.Error);

    /// <summary>The file that findings without a path of their own are about.</summary>
    public string? CurrentPath { get; set; }

    /// <summary>Adds a finding about the current file.</summary>
    public void Add(Rule rule, SourceSpan span, string message, string? hint = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Add(new Diagnostic
        {
            Rule = rule,
            Severity = rule.Severity,
            Path = CurrentPath,
            Span = span,
            Message = message,
            Hint = hint,
        });
    }

    /// <summary>Adds a finding about a file as a whole.</summary>
    public void AddAbout(string path, Rule rule, string message, string? hint = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Add(new Diagnostic { Rule = rule, Severity = rule.Severity, Path = path, Message = message, Hint = hint });
    }

    /// <summary>Adds a finding.</summary>
    public void Add(Diagnostic diagnostic) => _items.Add(diagnostic);
}
