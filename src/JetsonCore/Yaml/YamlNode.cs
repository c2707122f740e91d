// One node of a YAML document, with its place: what the parser saw and nothing more. Scalars keep their spelling;
// what they mean is YamlScalar's business, and how anchors and merge keys act is YamlDecoder's.
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

/// <summary>Kinds of node.</summary>
internal enum YamlKind
{
    /// <summary>A piece of text, quoted or not.</summary>
    Scalar,

    /// <summary>A list.</summary>
    Sequence,

    /// <summary>A map: keys and values take turns among the children.</summary>
    Mapping,

    /// <summary>A reference to an anchored node.</summary>
    Alias,
}

/// <summary>A node of a YAML document.</summary>
internal sealed class YamlNode(YamlKind kind, SourceSpan span)
{
    private static readonly List<YamlNode> Childless = [];

    /// <summary>Scalar, sequence, mapping or alias.</summary>
    public YamlKind Kind { get; } = kind;

    /// <summary>From its first character to behind its last one.</summary>
    public SourceSpan Span { get; internal set; } = span;

    /// <summary>A scalar's text after unquoting, or an alias's name; else empty.</summary>
    public string Value { get; init; } = "";

    /// <summary>The tag written before a scalar, in full ("tag:yaml.org,2002:str"), or empty.</summary>
    public string Tag { get; init; } = "";

    /// <summary>Whether a scalar's type follows from its text: true for plain ones without a tag.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>Items of a sequence; keys and values of a mapping in turn.</summary>
    public List<YamlNode> Children { get; } = kind is YamlKind.Sequence or YamlKind.Mapping ? [] : Childless;

    /// <summary>The node that an alias stands for.</summary>
    public YamlNode? Target { get; init; }

    /// <summary>Whether this is the key "&lt;&lt;", which draws the keys of another map in.</summary>
    public bool IsMergeKey => Kind == YamlKind.Scalar && Value == "<<" && (IsImplicit || Tag == YamlTags.Merge);
}

/// <summary>The tags that change how a scalar is read.</summary>
internal static class YamlTags
{
    public const string Prefix = "tag:yaml.org,2002:";
    public const string Null = Prefix + "null";
    public const string Bool = Prefix + "bool";
    public const string Text = Prefix + "str";
    public const string Integer = Prefix + "int";
    public const string Float = Prefix + "float";
    public const string Timestamp = Prefix + "timestamp";
    public const string Binary = Prefix + "binary";
    public const string Merge = Prefix + "merge";

    /// <summary>"!!str" for the long form.</summary>
    public static string Short(string tag) =>
        tag.StartsWith(Prefix, StringComparison.Ordinal) ? string.Concat("!!", tag.AsSpan(Prefix.Length)) : tag;
}
