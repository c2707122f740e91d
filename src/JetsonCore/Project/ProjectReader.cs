// Reads one jetson-core.yaml: its fields, those of its profiles, the project that it extends. Every finding has its
// place, and all come in one run, in the order of the file.
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Yaml;

namespace JetsonCore.Project;

/// <summary>What one file says.</summary>
internal sealed class ProjectDocument
{
    /// <summary>Its fields by name.</summary>
    public Dictionary<string, ProjectValue> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Its profiles.</summary>
    public SortedDictionary<string, Dictionary<string, ProjectValue>> Profiles { get; } = new(StringComparer.Ordinal);

    /// <summary>The project that it extends; null for none.</summary>
    public Located<string>? Extends { get; set; }
}

/// <summary>Reads projects.</summary>
internal sealed class ProjectReader
{
    /// <summary>More bytes no project has.</summary>
    public const int LengthMax = 1 << 20;

    private static readonly YamlRules Rules = new(ProjectFieldList.FileName)
    {
        Syntax = ProjectRules.Syntax,
        Limit = ProjectRules.Limit,
        Kind = ProjectRules.ValueKind,
        Tag = ProjectRules.ValueKind,
        Alias = ProjectRules.Limit,
        DuplicateKey = ProjectRules.DuplicateKey,
    };

    private readonly YamlDecoder _decoder = new(Rules);
    private readonly ProjectDocument _document = new();
    private readonly DiagnosticBag _headerFindings = new();
    private readonly ProjectLayer _layer;

    private ProjectReader(ProjectLayer layer) => _layer = layer;

    /// <summary>Reads a text; what cannot be read is left out, with a finding.</summary>
    /// <param name="text">The bytes of the file.</param>
    /// <param name="layer">Which file it is.</param>
    /// <param name="environment">The value of a variable; null where it is not set.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    public static ProjectDocument Read(
        byte[] text, ProjectLayer layer, Func<string, string?> environment, DiagnosticBag diagnostics)
    {
        var found = new DiagnosticBag(layer.Path);
        var reader = new ProjectReader(layer);
        if (YamlReader.Read(text, Rules, found)?.Root is { } root)
        {
            YamlNode filled = new ProjectVariables(environment, found).Fill(root);
            reader.ReadFields(filled, "", reader._document.Fields, layer);
            reader._decoder.Flush(found);
        }
        IEnumerable<Diagnostic> all = found.Items
            .Concat(reader._headerFindings.Items.Select(one => one with { Path = layer.Path }));
        foreach (Diagnostic finding in all.OrderBy(one => one.Span.Line).ThenBy(one => one.Span.Column))
            diagnostics.Add(finding);
        return reader._document;
    }

    private void ReadFields(
        YamlNode map, string group, Dictionary<string, ProjectValue> into, ProjectLayer layer) =>
        _decoder.ReadMap(map, FieldKeys.Any, group.Length == 0 ? ProjectFieldList.FileName : group, field =>
        {
            string name = group.Length == 0 ? field.Key : $"{group}.{field.Key}";
            if (ProjectFieldList.Find(name) is { } known)
                ReadField(known, field, into, layer);
            else if (ProjectFieldList.Groups.ContainsKey(name))
                ReadFields(field.Value, name, into, layer);
            else if (group.Length == 0 && field.Key == ProjectFieldList.Extends && layer.Profile is null)
            {
                _document.Extends =
                    _decoder.ReadText(field.Value, field.Key) is { Value.Length: > 0 } text ? text : null;
            }
            else if (group.Length == 0 && field.Key == ProjectFieldList.Profiles && layer.Profile is null)
                _decoder.ReadMap(field.Value, FieldKeys.Any, ProjectFieldList.Profiles, ReadProfile);
            else
                RefuseKey(field, group, layer);
        });

    private void ReadProfile(YamlField profile)
    {
        var fields = new Dictionary<string, ProjectValue>(StringComparer.Ordinal);
        _document.Profiles[profile.Key] = fields;
        ReadFields(profile.Value, "", fields, _layer with { Profile = profile.Key });
    }

    private void RefuseKey(YamlField field, string group, ProjectLayer layer)
    {
        string[] known = ProjectFieldList.KeysBelow(group);
        if (group.Length == 0 && layer.Profile is null)
            known = [ProjectFieldList.Extends, .. known, ProjectFieldList.Profiles];
        string owner = group.Length == 0 ? "a project" : $"\"{group}\"";
        string? near = Spelling.Nearest(field.Key, known);
        string? elsewhere = ProjectFieldList.All.FirstOrDefault(one => one.Key == field.Key)?.Name;
        string hint = near is not null ? $"did you mean \"{near}\"?"
            : elsewhere is not null ? $"there is {elsewhere}: it belongs elsewhere"
            : $"known keys: {string.Join(", ", known)}";
        _decoder.Refuse(ProjectRules.UnknownKey, field.KeyNode.Span,
            $"cannot read the project: {owner} has no key \"{YamlDecoder.Shorten(field.Key)}\"", hint,
            near is not null && Spelling.IsSlip(field.Key, near) ? new(field.KeyNode.Span, near) : null);
    }

    private void ReadField(
        ProjectField field, YamlField node, Dictionary<string, ProjectValue> into, ProjectLayer layer)
    {
        var value = new ProjectValue(field, layer, node.Value.Span);
        if (field.Kind == ProjectKind.Headers)
        {
            if (ReadHeaders(node) is { } headers)
            {
                into[field.Name] = value with
                {
                    Headers = headers,
                    HeaderLayers = headers.Names.ToImmutableDictionary(name => name, _ => layer),
                };
            }
            return;
        }
        ImmutableArray<ProjectItem>.Builder items = ImmutableArray.CreateBuilder<ProjectItem>();
        void Add(string key, YamlNode text, string what)
        {
            if (_decoder.ReadText(text, what) is { Value.Length: > 0 } read && IsFit(field, read))
                items.Add(new(key, read.Value, read.Span));
        }

        if (field.IsList)
            _decoder.ReadList(node.Value, field.Name, (item, index) => Add("", item, $"{field.Name} #{index + 1}"));
        else if (field.IsMap)
        {
            _decoder.ReadMap(node.Value, FieldKeys.Any, field.Name,
                entry => Add(entry.Key, entry.Value, $"{field.Name}: {entry.Key}"));
        }
        else
            Add("", node.Value, field.Name);
        into[field.Name] = value with { Items = items.ToImmutable() };
    }

    private AssertionHeaders? ReadHeaders(YamlField node)
    {
        if (!_decoder.Enter(node.Value, out YamlNode map))
            return null;
        AssertionHeaders? headers = null;
        if (map.Kind == YamlKind.Mapping)
            headers = StatementYaml.ReadMap(map, _headerFindings);
        else if (!_decoder.MeansNothing(map))
            _decoder.Expected("map", map, node.Key);
        _decoder.Leave(node.Value);
        return headers;
    }

    /// <summary>Whether a text is one that the field takes; a finding where it is not.</summary>
    private bool IsFit(ProjectField field, Located<string> text)
    {
        string? fault = ProjectText.FaultOf(field, text.Value, out string? hint);
        if (fault is not null)
        {
            _decoder.Refuse(ProjectRules.Value, text.Span,
                $"cannot use \"{YamlDecoder.Shorten(text.Value)}\" as {field.Name}: {fault}", hint);
        }
        return fault is null;
    }
}
