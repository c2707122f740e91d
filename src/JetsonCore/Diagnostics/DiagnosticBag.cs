// Collects findings, so that one run reports all of them. A bag is about one file; what is found in another file goes
// into a bag of its own below it, which hands everything on.
//
//   diagnostics                    the run: no file
//     .About("a/meta/snap.yaml")   adds to the run, and knows whether it has errors itself
//     .About("a/meta/gadget.yaml")
namespace JetsonCore.Diagnostics;

/// <summary>Findings about one file, in the order in which they were made.</summary>
/// <param name="path">The file that findings are about, as the user named it; null for none in particular.</param>
public sealed class DiagnosticBag(string? path = null)
{
    /// <summary>How many errors, warnings and infos are kept: nobody reads on, and some files make millions.</summary>
    public const int MostOfEach = 1000;

    private readonly List<Diagnostic> _items = [];
    private readonly int[] _counts = new int[(int)Severity.Error + 1];
    private readonly DiagnosticBag? _outer;

    private readonly Severity _worst = Severity.Error;

    private DiagnosticBag(string? path, DiagnosticBag outer, Severity worst = Severity.Error)
        : this(path) => (_outer, _worst) = (outer, worst);

    /// <summary>The file that findings without a path of their own are about.</summary>
    public string? Path { get; } = path;

    /// <summary>What was found.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>What was found, one after the other.</summary>
    public List<Diagnostic>.Enumerator GetEnumerator() => _items.GetEnumerator();

    /// <summary>Whether anything found is an error.</summary>
    public bool HasErrors => _counts[(int)Severity.Error] > 0;

    /// <summary>Whether there were more findings than are kept.</summary>
    public bool IsCutShort => _items.Count < Total;

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

    /// <summary>A bag for another file, whose findings are this one's too.</summary>
    public DiagnosticBag About(string? path) => new(path, this);

    /// <summary>A bag for a part of the work on this file: it knows whether that part has errors.</summary>
    public DiagnosticBag Part() => new(Path, this);

    /// <summary>A bag for doubts about this file: its errors are warnings.</summary>
    public DiagnosticBag Softened() => new(Path, this, Severity.Warning);

    /// <summary>Adds a finding about the bag's file.</summary>
    public void Add(Rule rule, SourceSpan span, string message, string? hint = null, TextEdit? fix = null) =>
        Add(Of(rule, span, message, hint) with { Fix = fix });

    /// <summary>Adds a finding about two places of the bag's file.</summary>
    public void Add(Rule rule, SourceSpan span, string message, string? hint, RelatedPlace related) =>
        Add(Of(rule, span, message, hint) with { Related = related });

    /// <summary>Adds a finding about a file as a whole.</summary>
    public void AddAbout(string path, Rule rule, string message, string? hint = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Add(new Diagnostic { Rule = rule, Severity = rule.Severity, Path = path, Message = message, Hint = hint });
    }

    /// <summary>
    /// Adds a finding, unless there are very many of its severity. What two parts of the work find alike (a gadget is
    /// judged when it is packed and when an image is made of it) is told once.
    /// </summary>
    public void Add(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        if (diagnostic.Severity > _worst)
            diagnostic = diagnostic with { Severity = _worst };
        if (++_counts[(int)diagnostic.Severity] <= MostOfEach)
            _items.Add(diagnostic);
        if (_outer is not null && !_outer._items.Contains(diagnostic))
            _outer.Add(diagnostic);
    }

    private Diagnostic Of(Rule rule, SourceSpan span, string message, string? hint)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new()
        {
            Rule = rule,
            Severity = rule.Severity,
            Path = Path,
            Span = span,
            Message = message,
            Hint = hint,
        };
    }
}
