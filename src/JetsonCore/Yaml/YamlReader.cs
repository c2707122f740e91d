// Text to YAML tree: the first document of a text, as yaml.v2 takes it. What follows that document is not looked at,
// but for the token behind it, which has to be one.
using JetsonCore.Diagnostics;

namespace JetsonCore.Yaml;

/// <summary>A YAML document.</summary>
/// <param name="Root">Its root; null where there is no document.</param>
/// <param name="NextDocument">Where another document begins, which nobody reads.</param>
internal sealed record YamlDocument(YamlNode? Root, SourceSpan NextDocument = default);

/// <summary>Reads YAML.</summary>
internal static class YamlReader
{
    /// <summary>Reads the first document; null, with a finding, where the text is not YAML.</summary>
    public static YamlDocument? Read(ReadOnlyMemory<byte> content, YamlRules rules, DiagnosticBag diagnostics)
    {
        try
        {
            var scanner = new YamlScanner(new YamlSource(content), rules);
            return new YamlComposer(scanner, rules).ReadDocument();
        }
        catch (YamlSyntaxException fault)
        {
            diagnostics.Add(fault.IsLimit ? rules.Limit : rules.Syntax, fault.Span, fault.Message, fault.Hint);
            return null;
        }
    }
}
