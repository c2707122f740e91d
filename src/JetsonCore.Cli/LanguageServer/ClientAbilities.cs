// What an editor says of itself when it begins, as far as it changes our answers.
using System.Text.Json;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>An editor's abilities.</summary>
internal sealed record ClientAbilities
{
    /// <summary>What positions count: the first of the editor's wishes that we know, or UTF-16.</summary>
    public PositionEncoding Encoding { get; private init; }

    /// <summary>Whether symbols may have symbols in them.</summary>
    public bool KnowsSymbolTrees { get; private init; }

    /// <summary>Whether texts may be Markdown.</summary>
    public bool ShowsMarkdown { get; private init; } = true;

    /// <summary>Reads the parameters of "initialize".</summary>
    public static ClientAbilities Read(JsonElement parameters)
    {
        JsonElement? formats = parameters.Find("capabilities", "textDocument", "hover", "contentFormat");
        return new()
        {
            Encoding = MessageParameters.Items(parameters.Find("capabilities", "general", "positionEncodings"))
                .Select(EncodingOf).OfType<PositionEncoding>().FirstOrDefault(),
            KnowsSymbolTrees = parameters.Find("capabilities", "textDocument", "documentSymbol",
                "hierarchicalDocumentSymbolSupport") is { ValueKind: JsonValueKind.True },
            ShowsMarkdown = formats is null || MessageParameters.Items(formats)
                .Any(format => format.ValueKind == JsonValueKind.String && format.ValueEquals("markdown")),
        };
    }

    /// <summary>How the protocol calls what positions count.</summary>
    public static string NameOf(PositionEncoding encoding) => encoding switch
    {
        PositionEncoding.Utf8 => "utf-8",
        PositionEncoding.Utf32 => "utf-32",
        _ => "utf-16",
    };

    private static PositionEncoding? EncodingOf(JsonElement name)
    {
        foreach (PositionEncoding encoding in (PositionEncoding[])
            [PositionEncoding.Utf16, PositionEncoding.Utf8, PositionEncoding.Utf32])
        {
            if (name.ValueKind == JsonValueKind.String && name.ValueEquals(NameOf(encoding)))
                return encoding;
        }
        return null;
    }
}
