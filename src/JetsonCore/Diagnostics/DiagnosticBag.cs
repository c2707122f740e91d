// Collects findings, so that one run reports all of them.
namespace JetsonCore.Diagnostics;

/// <summary>Findings about one run, in the order in which they were made.</summary>
public sealed class DiagnosticBag
{
    /// <summary>How many errors, warnings and infos are kept: nobody reads on, and some files make millions.</summary>
    public const int MostOfEach = 1000;

    private readonly List<Diagnostic> _items = [];
    private readonly int[] _counts = new int[(int)Severity.Error + 1];

    /// <summary>What was found.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>What was found, one after the other.</summary>
    public List<Diagnostic>.Enumerator GetEnumerator() => _items.GetEnumerator();

    /// <summary>Whether anything found is an error.</summary>
    public bool HasErrors => _counts[(int)Severity.Error] > 0;

    /// <summary>Whether there were more findings than are kept.</summary>
    public bool IsCutShort => _items.Count < Total;

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

    private int Total
    {
        get
        {
            int total = 0;
            foreach (int count in _counts)
                total += count;
            return total;
        }
    }

    /// <summary>Adds a finding, unless there are very many of its severity.</summary>
    public void Add(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        if (++_counts[(int)diagnostic.Severity] <= MostOfEach)
            _items.Add(diagnostic);
    }
}
