// Reads "volumes" of gadget.yaml: the maps of volumes, structures, content and update, field by field.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Yaml;

namespace JetsonCore.Gadget.Reading;

internal sealed class GadgetVolumeReader(YamlDecoder decoder, SnapdRelease release)
{
    private readonly FieldKeys _volumeKeys =
        new("a volume", release == SnapdRelease.Latest ? GadgetKeys.Volume : GadgetKeys.VolumeV2576)
        {
            HiddenText = "name",
        };

    private readonly FieldKeys _structureKeys =
        new("a structure", release == SnapdRelease.Latest ? GadgetKeys.Structure : GadgetKeys.StructureV2576)
        {
            HiddenText = "volumename",
            IsListItem = true,
        };

    private readonly FieldKeys _contentKeys =
        new("content", release == SnapdRelease.Latest ? GadgetKeys.Content : GadgetKeys.ContentV2576)
        {
            IsListItem = true,
        };

    private readonly FieldKeys _updateKeys = new("update", GadgetKeys.Update);

    private readonly OrderedDictionary<string, GadgetVolume> _volumes = new(StringComparer.Ordinal);

    /// <summary>What has been read, in file order.</summary>
    public ImmutableArray<GadgetVolume> Volumes
    {
        get
        {
            ImmutableArray<GadgetVolume>.Builder volumes = ImmutableArray.CreateBuilder<GadgetVolume>(_volumes.Count);
            foreach ((_, GadgetVolume volume) in _volumes)
                volumes.Add(volume);
            return volumes.MoveToImmutable();
        }
    }

    /// <summary>Reads the map of volumes, on top of an earlier one where the key is given twice.</summary>
    public void Read(YamlNode node)
    {
        bool isNull = node.Kind == YamlKind.Scalar && YamlDecoder.IsNull(node);
        decoder.ReadMap(node, FieldKeys.Any, "volumes", field =>
        {
            if (ReadVolume(field) is { } volume)
                _volumes[field.Key] = volume;
        });
        if (isNull)
            _volumes.Clear();
    }

    private GadgetVolume? ReadVolume(YamlField field)
    {
        var volume = new GadgetVolume { Name = new(field.Key, field.KeyNode.Span) };
        YamlNode target = field.Value.Target ?? field.Value;
        if (YamlScalar.IsUnset(target) && (target.IsImplicit || target.Tag.Length > 0))
            volume = volume with { IsNull = true };
        bool isMap = decoder.ReadMap(field.Value, _volumeKeys, $"volume \"{field.Key}\"", inner =>
        {
            volume = inner.Key switch
            {
                "schema" => volume with { Schema = Known(Text(inner)) },
                "bootloader" => volume with { Bootloader = Known(Text(inner)) },
                "id" => volume with { Id = Known(Text(inner)) },
                "partial" => volume with { Partial = decoder.ReadTexts(inner) },
                _ => volume with { Structures = ReadStructures(inner) },
            };
        }, Array.IndexOf(GadgetKeys.Volume, field.Key) >= 0
            ? $"indent the line further: {field.Key} is a key of a volume, and a volume's name stands here" : null);
        return isMap ? volume : null;
    }

    private ImmutableArray<GadgetStructure> ReadStructures(YamlField field)
    {
        ImmutableArray<GadgetStructure>.Builder structures = ImmutableArray.CreateBuilder<GadgetStructure>();
        decoder.ReadList(field.Value, "structure", (item, index) =>
        {
            var fields = new StructureFields();
            bool isMap = decoder.ReadMap(item, _structureKeys, $"structure #{index}",
                inner => ReadStructureField(fields, inner));
            if (isMap)
                structures.Add(fields.ToStructure(index, PlaceOf(item)));
        });
        return structures.ToImmutable();
    }

    private void ReadStructureField(StructureFields structure, YamlField field)
    {
        switch (field.Key)
        {
            case "name":
                structure.Name = Text(field);
                break;
            case "filesystem-label":
                structure.Label = Text(field);
                break;
            case "offset":
                structure.Offset = Size(field);
                break;
            case "offset-write":
                structure.OffsetWrite = OffsetWrite(field);
                break;
            case "size":
                structure.Size = Size(field);
                structure.NoteUnreadable(field.Key, structure.Size is { Value: null, Span.IsKnown: true });
                break;
            case "min-size":
                structure.MinSize = Size(field);
                break;
            case "type":
                structure.Type = Text(field);
                structure.NoteUnreadable(field.Key, structure.Type.Value is null);
                break;
            case "role":
                structure.Role = Text(field);
                break;
            case "id":
                structure.Id = Text(field);
                break;
            case "filesystem":
                structure.Filesystem = Text(field);
                break;
            case "content":
                structure.Content = ReadContent(field);
                break;
            default:
                structure.Update = ReadUpdate(field, structure.Update);
                break;
        }
    }

    private ImmutableArray<GadgetContent> ReadContent(YamlField field)
    {
        ImmutableArray<GadgetContent>.Builder items = ImmutableArray.CreateBuilder<GadgetContent>();
        decoder.ReadList(field.Value, "content", (item, index) =>
        {
            var content = new GadgetContent { Index = index, Span = PlaceOf(item) };
            bool isMap = decoder.ReadMap(item, _contentKeys, $"content #{index}",
                inner => content = ReadContentField(content, inner));
            if (isMap)
                items.Add(content);
        });
        return items.ToImmutable();
    }

    private GadgetContent ReadContentField(GadgetContent content, YamlField field)
    {
        switch (field.Key)
        {
            case "offset":
                return content with { Offset = Size(field) };
            case "offset-write":
                return content with { OffsetWrite = OffsetWrite(field) };
            case "size":
                return content with { Size = Size(field) };
            case "unpack":
                _ = decoder.ReadBoolean(field);         // snapd reads it and never uses it
                return content;
        }
        Located<string> text = Text(field);
        if (text.Value is null && !content.Unreadable.Contains(field.Key))
            content = content with { Unreadable = content.Unreadable.Add(field.Key) };
        text = Known(text);
        return field.Key switch
        {
            "source" => content with { Source = text },
            "target" => content with { Target = text },
            _ => content with { Image = text },
        };
    }

    private GadgetUpdate ReadUpdate(YamlField field, GadgetUpdate earlier)
    {
        GadgetUpdate update = earlier;
        bool isNull = field.Value.Kind == YamlKind.Scalar && YamlDecoder.IsNull(field.Value);
        decoder.ReadMap(field.Value, _updateKeys, "update", inner =>
        {
            update = inner.Key == "edition"
                ? update with { Edition = Edition(inner) }
                : update with { Preserve = decoder.ReadTexts(inner) };
        });
        return isNull ? new() : update;
    }

    /// <summary>A text; without value where it cannot be read.</summary>
    private Located<string> Text(YamlField field) =>
        decoder.ReadText(field.Value, field.Key) ?? new(null!, field.Value.Span);

    private static Located<string> Known(Located<string> text) => text with { Value = text.Value ?? "" };

    private Located<long?> Size(YamlField field)
    {
        if (OwnText(field) is not { } text)
            return Missing(field);
        if (GadgetNumbers.ReadSize(text.Value, out long bytes) is not { } problem)
            return new(bytes, text.Span);
        Refuse(field, text, problem);
        return new(null, text.Span);
    }

    private Located<GadgetOffsetWrite?> OffsetWrite(YamlField field)
    {
        if (OwnText(field) is not { } text)
            return default;
        if (GadgetNumbers.ReadOffsetWrite(text.Value, out GadgetOffsetWrite? place) is { } problem)
            Refuse(field, text, problem);
        return new(place, text.Span);
    }

    private Located<uint> Edition(YamlField field)
    {
        if (OwnText(field) is not { } text)
            return default;
        if (GadgetNumbers.ReadEdition(text.Value, out uint edition) is { } problem)
            Refuse(field, text, problem);
        return new(edition, text.Span);
    }

    private Located<string>? OwnText(YamlField field) => decoder.ReadOwnText(field.Value, field.Key);

    /// <summary>Nothing is written, or, with a finding, nothing that could be read: then the place says so.</summary>
    private static Located<long?> Missing(YamlField field)
    {
        YamlNode target = field.Value.Target ?? field.Value;
        return YamlScalar.IsUnset(target) && YamlDecoder.IsNull(target) ? default : new(null, target.Span);
    }

    private void Refuse(YamlField field, Located<string> text, NumberProblem problem) =>
        decoder.Refuse(problem.Rule, text.Span,
            $"cannot read {field.Key} \"{YamlDecoder.Shorten(text.Value)}\": {problem.Reason}", problem.Hint,
            problem.Meant is { } meant ? new(text.Span, meant) : null);

    /// <summary>The first line of an item, so that a caret does not underline a whole map.</summary>
    private static SourceSpan PlaceOf(YamlNode item)
    {
        YamlNode first = item.Kind == YamlKind.Mapping && item.Children.Count > 0 ? item.Children[0] : item;
        SourceSpan span = first.Span;
        return span.EndLine == span.Line ? span : span with { EndLine = span.Line, EndColumn = span.Column + 1 };
    }
}
