// Text to YAML tree: the first document of a text, as yaml.v2 takes it. What follows that document is not looked at,
// but for the token behind it, which has to be one.
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Yaml;

/// <summary>A YAML document.</summary>
/// <param name="Root">Its root; null where there is no document.</param>
/// <param name="NextDocument">Where another document begins, which nobody reads.</param>
public sealed record YamlDocument(YamlNode? Root, SourceSpan NextDocument = default);

/// <summary>Reads YAML.</summary>
public static class YamlReader
{
    /// <summary>Reads the first document; null, with a finding, where the text is not YAML.</summary>
    public static YamlDocument? Read(ReadOnlyMemory<byte> content, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        try
        {
            return new YamlComposer(new YamlScanner(new YamlSource(content))).ReadDocument();
        }
        catch (YamlSyntaxException fault)
        {
            diagnostics.Add(fault.Rule, fault.Span, fault.Message, fault.Hint);
            return null;
        }
    }
}
