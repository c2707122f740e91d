// Reads YAML into nodes with places, within limits: the parser of YamlDotNet alone recurses as deep as the text does.
using System.Text;
using JetsonCore.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace JetsonCore.Snaps;

internal static class YamlPlaces
{
    private const int LengthMax = 1 << 20, DepthMax = 64;

    /// <summary>The root map of a text; null, with a finding, where there is none.</summary>
    public static YamlMappingNode? ReadMap(byte[] text, DiagnosticBag diagnostics)
    {
        if (text.Length > LengthMax)
        {
            diagnostics.Add(SnapRules.Yaml, SourceSpan.None,
                $"cannot read it: {text.Length} bytes, at most {LengthMax} are accepted");
            return null;
        }
        try
        {
            string decoded = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text);
            CheckDepth(decoded);
            var stream = new YamlStream();
            stream.Load(new StringReader(decoded));
            if (stream.Documents is [{ RootNode: YamlMappingNode map }, ..])
                return map;
            diagnostics.Add(SnapRules.Yaml, SourceSpan.None, "cannot read it: it is no map of keys and values");
        }
        catch (DecoderFallbackException)
        {
            diagnostics.Add(SnapRules.Yaml, SourceSpan.None, "cannot read it: it is not UTF-8");
        }
        catch (YamlException exception)
        {
            diagnostics.Add(SnapRules.Yaml, Span(exception.Start, exception.End),
                $"cannot read it: {FirstLine(exception)}");
        }
        return null;
    }

    /// <summary>Where a node stands.</summary>
    public static SourceSpan SpanOf(YamlNode node) => Span(node.Start, node.End);

    private static void CheckDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (int depth = 0; parser.MoveNext();)
        {
            depth += parser.Current?.NestingIncrease ?? 0;
            if (parser.Current is SequenceStart or MappingStart && depth > DepthMax)
            {
                throw new YamlException(
                    parser.Current.Start, parser.Current.End, $"it is nested deeper than {DepthMax}");
            }
        }
    }

    private static string FirstLine(YamlException exception)
    {
        string message = exception.InnerException is null ? exception.Message : exception.InnerException.Message;
        string line = message.Split('\n')[0].TrimEnd('.', '\r');
        return line.Length == 0 ? "it is no YAML" : char.ToLowerInvariant(line[0]) + line[1..];
    }

    private static SourceSpan Span(in Mark start, in Mark end) =>
        new((int)start.Line, (int)start.Column, (int)end.Line, (int)end.Column);
}
