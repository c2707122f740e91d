// The epoch of a snap: which data it can read and write.
//
//   epoch: 3            reads and writes 3
//   epoch: 3*           reads 2 and 3, writes 3
//   epoch: { read: [1, 2], write: [2] }
//
// Numbers fit 32 bits and have no leading zeros; lists have 1 to 10 rising numbers, and some number is in both.
// Peer: snapd snap/epoch.go.
using System.Collections.Immutable;
using System.Globalization;
using JetsonCore.Yaml;

namespace JetsonCore.Snaps;

/// <summary>An epoch: the numbers of the data that a snap reads and writes.</summary>
internal sealed record SnapEpoch(ImmutableArray<uint> Reads, ImmutableArray<uint> Writes)
{
    private const int ListLengthMax = 10;

    private const string Hint = "write N, or N* to read N-1 too, or lists \"read\" and \"write\" of rising numbers "
        + "that meet";

    private static readonly FieldKeys Keys = new("an epoch", "read", "write");

    /// <summary>The epoch of snaps that say nothing of one.</summary>
    public static SnapEpoch Zero { get; } = new([0], [0]);

    /// <summary>Reads an epoch; null where nothing is written, or, with a finding, where it is wrong.</summary>
    public static SnapEpoch? Read(YamlField field, YamlDecoder decoder)
    {
        YamlNode target = field.Value.Target ?? field.Value;
        if (YamlScalar.IsUnset(target))
            return decoder.ReadOwnText(field.Value, field.Key) is null ? Zero : null;
        SnapEpoch? epoch = target.Kind == YamlKind.Scalar
            ? FromText(decoder.ReadText(field.Value, field.Key)?.Value) : FromLists(field, decoder);
        if (epoch is null)
            decoder.Refuse(SnapRules.Epoch, target.Span, "cannot use the epoch", Hint);
        return epoch;
    }

    /// <summary>As snapd spells it: 0, 3, 3*, or both lists.</summary>
    public override string ToString() => (Reads, Writes) switch
    {
        ([var read], [var write]) when read == write => Number(read),
        ([var before, var read], [var write]) when read == write && before == read - 1 => Number(read) + "*",
        _ => $"{{\"read\":[{string.Join(',', Reads)}],\"write\":[{string.Join(',', Writes)}]}}",
    };

    private static SnapEpoch? FromText(string? text) => text switch
    {
        null => null,
        "" => Zero,
        [.. var number, '*'] when Parse(number) is > 0 and { } last => new([last - 1, last], [last]),
        _ when Parse(text) is { } only => new([only], [only]),
        _ => null,
    };

    private static SnapEpoch? FromLists(YamlField field, YamlDecoder decoder)
    {
        ImmutableArray<uint?>? reads = null, writes = null;
        decoder.ReadMap(field.Value, Keys, field.Key, inner =>
        {
            YamlNode target = inner.Value.Target ?? inner.Value;
            ImmutableArray<uint?>? numbers =
                YamlScalar.IsUnset(target) ? null : [.. decoder.ReadTexts(inner).Select(text => Parse(text.Value))];
            if (inner.Key == "read")
                reads = numbers;
            else
                writes = numbers;
        });
        reads ??= writes ?? [0];
        writes ??= [.. reads.Value.TakeLast(1)];
        return IsRising(reads.Value) && IsRising(writes.Value) && reads.Value.Intersect(writes.Value).Any()
            ? new([.. reads.Value.OfType<uint>()], [.. writes.Value.OfType<uint>()]) : null;
    }

    private static bool IsRising(ImmutableArray<uint?> numbers) =>
        numbers.Length is > 0 and <= ListLengthMax && numbers.All(number => number is not null)
        && numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second);

    private static uint? Parse(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
        && (text is "0" || text[0] != '0') ? number : null;

    private static string Number(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
