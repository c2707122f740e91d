// HTML put together from texts that may be anyone's: whatever goes between tags is encoded here, and nowhere else.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using JetsonCore.Cli.Shell;

namespace JetsonCore.Cli.Reports;

/// <summary>A page as it grows.</summary>
internal sealed class HtmlText
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _page = new();

    /// <summary>A text as HTML; control characters and bytes that are no text as escapes.</summary>
    public static string Encode(string text) => Encoder.Encode(TerminalText.Of(text));

    /// <summary>Adds markup.</summary>
    public HtmlText Raw(string markup)
    {
        _page.Append(markup);
        return this;
    }

    /// <summary>Adds an element with a text in it; <paramref name="attributes"/> is markup.</summary>
    public HtmlText Element(string name, string text, string attributes = "")
    {
        _page.Append('<').Append(name).Append(attributes.Length > 0 ? " " : "").Append(attributes).Append('>')
            .Append(Encode(text)).Append("</").Append(name).Append(">\n");
        return this;
    }

    /// <summary>Begins a section of its own, which the contents lead to.</summary>
    public HtmlText Section(string id, string title) =>
        Raw($"</section>\n<section aria-labelledby=\"{id}\">\n").Element("h2", title, $"id=\"{id}\"");

    /// <summary>Adds a table; on a narrow page each row is a card, and each cell carries its column's name.</summary>
    /// <param name="caption">What it is about.</param>
    /// <param name="columns">The names of columns, "#" before those of numbers, "$" before those of digests.</param>
    /// <param name="rows">The cells.</param>
    public HtmlText Table(string caption, string[] columns, IEnumerable<string[]> rows)
    {
        // Named roles: "display" takes a table's own away.
        Raw("<table role=\"table\">\n").Element("caption", caption);
        Raw("<thead role=\"rowgroup\"><tr role=\"row\">");
        foreach (string column in columns)
            Element("th", NameOf(column), $"scope=\"col\" role=\"columnheader\"{ClassOf(column)}");
        Raw("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        foreach (string[] row in rows)
        {
            Raw("<tr role=\"row\">");
            for (int index = 0; index < columns.Length; index++)
            {
                string label = $"data-label=\"{NameOf(columns[index])}\"";
                if (index == 0)
                    Element("th", row[0], "scope=\"row\" role=\"rowheader\"");
                else if (columns[index][0] == '!')
                    Raw($"<td role=\"cell\" {label}>{row[index]}</td>\n");
                else if (row[index].Length == 0)
                    Raw("<td role=\"cell\"></td>\n");
                else
                {
                    Raw($"<td role=\"cell\" {label}{ClassOf(columns[index])}>").Element("span", row[index])
                        .Raw("</td>\n");
                }
            }
            Raw("</tr>\n");
        }
        return Raw("</tbody>\n</table>\n");
    }

    /// <summary>A number with thin spaces between thousands.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture)
        .Replace(',', '\u2009');

    public override string ToString() => _page.ToString();

    private static string NameOf(string column) => column[0] is '#' or '$' or '!' ? column[1..] : column;

    private static string ClassOf(string column) => column[0] switch
    {
        '#' => " class=\"number\"",
        '$' => " class=\"digest\"",
        _ => "",
    };
}
