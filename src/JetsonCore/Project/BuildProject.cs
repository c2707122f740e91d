// A project, resolved: what jetson-core.yaml says, over the projects that it extends, under the profiles that were
// chosen and under what the command line sets. Of a field the last that says something counts:
//
//   default  <  extended project  <  project  <  profile in the extended one  <  profile in the project  <  --set
//
// Lists and maps are replaced as a whole, but for the model's headers, which come one by one. A field without a value
// has its default again. Paths are relative to the file that names them, those of --set to the current folder.
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Project;

/// <summary>What a user asks a project for.</summary>
internal sealed record ProjectRequest
{
    /// <summary>The folder with the file, or the file.</summary>
    public required string Path { get; init; }

    /// <summary>The profiles to be used, the last one on top.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>FIELD=VALUE, each over the project.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The value of a variable; null where it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }
}

/// <summary>One project.</summary>
internal sealed class BuildProject
{
    private const int DepthMax = 16;

    private readonly Dictionary<string, ProjectValue> _values = new(StringComparer.Ordinal);
    private readonly ProjectLayer _defaults;

    private BuildProject(string path, ProjectLayer layer) => (Path, _defaults) = (path, layer);

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>Where files of the snaps lie that are made here: by their paths in the snap, the source.</summary>
    public Dictionary<string, string> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Loads a project; what cannot be read is left out, with a finding.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BuildProject Load(ProjectRequest request, DiagnosticBag diagnostics)
    {
        string path = FileOf(request.Path) ?? throw new UserErrorException(FailureKind.Environment,
            ProjectRules.Missing, request.Path, $"cannot find a project: there is no {ProjectFieldList.FileName}",
            "name the folder with that file, or begin one: jetson-core init jetson-tx1 DIR");
        List<(ProjectLayer Layer, ProjectDocument Document)> documents = [];
        Collect(path, request.Environment, documents, diagnostics);
        documents.Reverse();
        var project = new BuildProject(path, documents[^1].Layer);
        foreach ((ProjectLayer _, ProjectDocument document) in documents)
            project.Put(document.Fields.Values);
        foreach (string profile in request.Profiles)
            project.PutProfile(profile, [.. documents.Select(one => one.Document)], diagnostics);
        project.Put(ProjectSettings.Read(request, diagnostics));
        return project;
    }

    /// <summary>What is said of a field; null where it has its default, or that is nothing.</summary>
    public ProjectValue? Find(string name) => _values.TryGetValue(name, out ProjectValue? value) ? value : null;

    /// <summary>A field that is one text: what is said, or its default; null for neither.</summary>
    public ProjectItem? Item(string name)
    {
        ProjectField field = Require(name);
        if (Find(name) is { Items: [var said] })
            return said;
        return field.Default.Length > 0 ? new("", field.Default, SourceSpan.None) : null;
    }

    /// <summary>The text of a field; null for none.</summary>
    public string? Text(string name) => Item(name)?.Text;

    /// <summary>A boolean field.</summary>
    public bool Flag(string name) => ProjectText.Boolean(Text(name) ?? "") ?? false;

    /// <summary>A size in bytes; null for none.</summary>
    public long? Size(string name) => Text(name) is { } text ? ByteSize.Read(text) : null;

    /// <summary>A path as the program opens it; null for none.</summary>
    public string? PathOf(string name) => Item(name) is { } item ? LayerOf(name).Resolve(item.Text) : null;

    /// <summary>The items of a list or a map.</summary>
    public IReadOnlyList<ProjectItem> Items(string name) => Find(name)?.Items ?? [];

    /// <summary>The paths of a list.</summary>
    public IReadOnlyList<string> Paths(string name) =>
        [.. Items(name).Select(item => LayerOf(name).Resolve(item.Text))];

    /// <summary>Who says a field; the project itself for a default.</summary>
    public ProjectLayer LayerOf(string name) => Find(name)?.Layer ?? _defaults;

    /// <summary>Adds a finding at what is said of a field.</summary>
    public void Report(string name, ProjectItem? item, DiagnosticBag diagnostics, Diagnostic finding) =>
        diagnostics.Add(finding with
        {
            Path = LayerOf(name).Path,
            Span = item is { Span.IsKnown: true } ? item.Span : Find(name)?.Span ?? SourceSpan.None,
        });

    /// <summary>Leaves out items of a field: they were found missing.</summary>
    public void LeaveOut(string name, IReadOnlyCollection<ProjectItem> items)
    {
        if (Find(name) is { } value)
            _values[name] = value with { Items = [.. value.Items.Except(items)] };
    }

    /// <summary>Findings about files of the snaps that are made here, as findings about their sources.</summary>
    public DiagnosticBag AtSources(DiagnosticBag diagnostics)
    {
        var moved = new DiagnosticBag();
        foreach (Diagnostic finding in diagnostics)
        {
            Diagnostic here = finding.Path is { } path && Places.TryGetValue(path, out string? source)
                ? finding with { Path = source } : finding;
            if (!moved.Items.Contains(here))
                moved.Add(here);
        }
        return moved;
    }

    private static ProjectField Require(string name) => ProjectFieldList.Find(name)
        ?? throw new ArgumentException($"there is no field \"{name}\"", nameof(name));

    private static string? FileOf(string path)
    {
        string file = !HostFile.IsFolder(path) ? path
            : System.IO.Path.Combine(path is "." or "./" ? "" : path, ProjectFieldList.FileName);
        return HostFile.Exists(file) ? file : null;
    }

    /// <summary>A file and those that it extends, the lowest last.</summary>
    private static void Collect(string path, Func<string, string?> environment,
        List<(ProjectLayer Layer, ProjectDocument Document)> documents, DiagnosticBag diagnostics)
    {
        var layer = new ProjectLayer(path, System.IO.Path.GetDirectoryName(path) ?? "", null);
        byte[] text = HostFile.ReadAll(path, ProjectReader.LengthMax);
        ProjectDocument document = ProjectReader.Read(text, layer, environment, diagnostics);
        documents.Add((layer, document));
        if (document.Extends is not { } extended)
            return;
        DiagnosticBag findings = diagnostics.About(path);
        string? below = FileOf(layer.Resolve(extended.Value));
        if (below is null)
        {
            findings.Add(ProjectRules.Missing, extended.Span,
                $"cannot extend \"{extended.Value}\": there is no {ProjectFieldList.FileName}",
                $"paths are relative to {path}");
        }
        else if (documents.Count == DepthMax || documents.Exists(one => IsSame(one.Layer.Path!, below)))
        {
            findings.Add(ProjectRules.Circle, extended.Span,
                $"cannot extend \"{extended.Value}\": {(documents.Count == DepthMax
                    ? $"these are more than {DepthMax} projects" : "it comes back to a project that extends it")}");
        }
        else
            Collect(below, environment, documents, diagnostics);
    }

    private static bool IsSame(string one, string other) =>
        System.IO.Path.GetFullPath(one) == System.IO.Path.GetFullPath(other);

    private void Put(IEnumerable<ProjectValue> values)
    {
        foreach (ProjectValue value in values)
        {
            if (value.IsReset)
                _values.Remove(value.Field.Name);
            else
            {
                _values[value.Field.Name] =
                    Find(value.Field.Name) is { } below ? value.Over(below) : value;
            }
        }
    }

    private void PutProfile(string profile, ProjectDocument[] documents, DiagnosticBag diagnostics)
    {
        string[] known =
            [.. documents.SelectMany(one => one.Profiles.Keys).Distinct().Order(StringComparer.Ordinal)];
        if (!known.Contains(profile))
        {
            diagnostics.AddAbout(Path, ProjectRules.Profile, $"cannot use the profile \"{profile}\": there is none",
                Spelling.Nearest(profile, known) is { } near ? $"did you mean \"{near}\"?"
                : known is [] ? $"describe it below \"{ProjectFieldList.Profiles}:\""
                : $"there are {string.Join(", ", known)}");
        }
        foreach (ProjectDocument document in documents)
        {
            if (document.Profiles.TryGetValue(profile, out Dictionary<string, ProjectValue>? fields))
                Put(fields.Values);
        }
    }
}
