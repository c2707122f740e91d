// Reads NVIDIA's layout XML: devices, their partitions, and of these what decides about flashing. Comments, blanks,
// order and what else is in it stay where they are, in the text.
using System.Collections.Immutable;
using System.Text;
using System.Xml;
using JetsonCore.Diagnostics;

namespace JetsonCore.Flash.Layouts;

/// <summary>A text that is no layout.</summary>
internal sealed class LayoutSyntaxException(int line, int column, string message) : Exception(message)
{
    /// <summary>Where; 0 where that is not known.</summary>
    public SourceSpan Span { get; } = line > 0 ? new(line, column, line, column + 1) : SourceSpan.None;
}

/// <summary>Reads layouts.</summary>
internal static class LayoutReader
{
    /// <summary>Bytes of the largest layout that is read; NVIDIA's have up to 60 000.</summary>
    public const int LengthMax = 1 << 20;

    private const int PartitionsMax = 1000, FileNamesMax = 100, DepthMax = 20;

    /// <summary>The text of a file: UTF-8, or where it is none, each byte a letter.</summary>
    public static string Decode(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>The bytes of an edited text that <see cref="Decode"/> made of <paramref name="original"/>.</summary>
    public static byte[] Encode(string text, byte[] original) =>
        (Decode(original) == Encoding.Latin1.GetString(original) ? Encoding.Latin1 : new UTF8Encoding(false))
            .GetBytes(text);

    /// <summary>Reads a layout.</summary>
    /// <exception cref="LayoutSyntaxException">It is no well-formed XML, or no layout.</exception>
    public static LayoutDocument Read(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = LengthMax,
        };
        string body = text.StartsWith('\uFEFF') ? text[1..] : text;
        try
        {
            using var source = new StringReader(body);
            using var reader = XmlReader.Create(source, settings);
            return new Reading(reader, path, text).Document();
        }
        catch (XmlException broken)
        {
            throw new LayoutSyntaxException(broken.LineNumber, broken.LinePosition, broken.Message.TrimEnd('.'));
        }
    }

    private sealed class Reading(XmlReader reader, string path, string text)
    {
        private readonly TextPlaces _places = new(text);
        private readonly ImmutableArray<LayoutPartition>.Builder _partitions =
            ImmutableArray.CreateBuilder<LayoutPartition>();

        private readonly ImmutableArray<string>.Builder _devices = ImmutableArray.CreateBuilder<string>();
        private LayoutPartition? _partition;

        public LayoutDocument Document()
        {
            while (reader.Read())
            {
                if (reader.Depth > DepthMax)
                    throw Broken($"elements are nested more than {DepthMax} deep");
                if (reader.NodeType == XmlNodeType.Element)
                    Element();
                else if (reader.NodeType == XmlNodeType.EndElement && reader.Name == "partition")
                    Finish();
            }
            return _partitions.Count > 0
                ? new(path, text, _partitions.ToImmutable(), _devices.ToImmutable())
                : throw new LayoutSyntaxException(0, 0, "it names no partition");
        }

        private void Element()
        {
            switch (reader.Name)
            {
                case "device":
                    _devices.Add(reader.GetAttribute("type") ?? "");
                    break;
                case "partition":
                    Start();
                    break;
                case "size" when _partition is not null:
                    _partition = _partition with { Size = Content() };
                    break;
                case "allocation_attribute" when _partition is not null:
                    _partition = _partition with { Allocation = Content() };
                    break;
                case "filename" when _partition is not null:
                    if (_partition.FileNames.Length == FileNamesMax)
                        throw Broken($"more than {FileNamesMax} file names in a partition");
                    _partition = _partition with { FileNames = _partition.FileNames.Add(Content()) };
                    break;
            }
        }

        private void Start()
        {
            if (_partitions.Count == PartitionsMax)
                throw Broken($"more than {PartitionsMax} partitions");
            if (_partition is not null)
                throw Broken("a partition within a partition");
            (int line, int column) = Position();
            int start = _places.Offset(line, column) - 1;       // the reader points behind "<"
            string name = reader.GetAttribute("name") ?? throw Broken("a partition has no name");
            _partition = new()
            {
                Name = new(name, new(line, column - 1, line, column + "partition".Length)),
                Id = reader.GetAttribute("id"),
                Type = reader.GetAttribute("type") ?? "",
                Device = Math.Max(0, _devices.Count - 1),
                TagStart = start,
                TagEnd = TagEnd(start),
            };
            if (reader.IsEmptyElement)
                Finish();
        }

        private void Finish()
        {
            if (_partition is { } partition)
                _partitions.Add(partition);
            _partition = null;
        }

        /// <summary>The text of an element up to its end, at its tag; the reader stays at the end tag.</summary>
        private Located<string> Content()
        {
            (int line, int column) = Position();
            int depth = reader.Depth;
            string name = reader.Name;
            var content = new StringBuilder();
            while (!reader.IsEmptyElement && reader.Read() && reader.Depth > depth)
            {
                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                    content.Append(reader.Value);
            }
            return new(content.ToString().Trim(), new(line, column - 1, line, column + name.Length));
        }

        private int TagEnd(int start)
        {
            char quote = '\0';
            for (int at = start; at < text.Length; at++)
            {
                char letter = text[at];
                if (quote != '\0')
                    quote = letter == quote ? '\0' : quote;
                else if (letter is '"' or '\'')
                    quote = letter;
                else if (letter == '>')
                    return at + 1;
            }
            return text.Length;
        }

        private (int Line, int Column) Position()
        {
            var place = (IXmlLineInfo)reader;
            return (place.LineNumber, place.LinePosition);
        }

        private LayoutSyntaxException Broken(string message)
        {
            (int line, int column) = Position();
            return new(line, column, message);
        }
    }
}
