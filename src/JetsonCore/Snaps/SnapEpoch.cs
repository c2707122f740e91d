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
using JetsonCore.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace JetsonCore.Snaps;

internal static class SnapEpoch
{
    private const int ListLengthMax = 10;

    public static void Check(YamlFields fields, DiagnosticBag diagnostics)
    {
        if (fields.Find("epoch") is not { } node)
            return;
        bool isGood = node is YamlMappingNode ? IsGood(fields.Map("epoch")) : IsGood((node as YamlScalarNode)?.Value);
        if (!isGood)
        {
            diagnostics.Add(SnapRules.Epoch, YamlPlaces.SpanOf(node), "cannot use the epoch",
                hint: "write N, or N* to read N-1 too, or lists \"read\" and \"write\" of rising numbers that meet");
        }
    }

    private static bool IsGood(string? text) => text switch
    {
        null => false,
        "" => true,
        [.. var number, '*'] => Parse(number) is > 0,
        _ => Parse(text) is not null,
    };

    private static bool IsGood(YamlFields? fields)
    {
        if (fields is null)
            return false;
        if (fields.Find("read") is null && fields.Find("write") is null)
            return true;
        ImmutableArray<uint?> read = Numbers(fields, "read"), write = Numbers(fields, "write");
        if (fields.Find("read") is null)
            read = write;
        else if (fields.Find("write") is null)
            write = [.. read.TakeLast(1)];
        return IsRising(read) && IsRising(write) && read.Intersect(write).Any();
    }

    private static ImmutableArray<uint?> Numbers(YamlFields fields, string key) =>
        [.. fields.List(key).Select(item => Parse(item.Value))];

    private static bool IsRising(ImmutableArray<uint?> numbers) =>
        numbers.Length is > 0 and <= ListLengthMax && numbers.All(number => number is not null)
        && numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second);

    private static uint? Parse(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
        && (text is "0" || text[0] != '0') ? number : null;
}
