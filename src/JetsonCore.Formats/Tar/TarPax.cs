// The records of a pax header, which override the header behind it: "LENGTH KEY=VALUE\n", LENGTH counting the whole
// record, itself included. Values are bytes: attributes may be binary.
// Spec: POSIX.1-2017 pax, "pax Extended Header"; SCHILY.xattr.NAME is star's and GNU tar's word for attributes.
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

internal static class TarPax
{
    public const string AttributePrefix = "SCHILY.xattr.";

    private const int LengthDigitsMax = 10;

    /// <summary>
    /// Adds the records of a header to a dictionary; an empty value takes a key away, but for attributes, which may be
    /// empty.
    /// </summary>
    public static void Decode(ReadOnlySpan<byte> bytes, long offset, Dictionary<string, byte[]> records)
    {
        var map = new List<byte>();
        int at = 0;
        while (at < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            int space = rest.IndexOf((byte)' ');
            bool hasLength = int.TryParse(rest[..Math.Clamp(space, 0, LengthDigitsMax)], NumberStyles.None,
                CultureInfo.InvariantCulture, out int length);
            if (!hasLength || length <= space + 1 || length > rest.Length || rest[length - 1] != '\n')
                throw new MalformedDataException(offset + at, "a pax record is not \"LENGTH KEY=VALUE\"");
            ReadOnlySpan<byte> record = rest[(space + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1)
                throw new MalformedDataException(offset + at, "a pax record has no key");
            string key = NodeName.Decode(record[..equals]);
            if (key is TarSparseMap.OffsetKey or TarSparseMap.LengthKey)
                map.AddRange([.. record[(equals + 1)..], (byte)',']);       // the only keys that come again and again
            else if (equals == record.Length - 1 && !key.StartsWith(AttributePrefix, StringComparison.Ordinal))
                records.Remove(key);
            else
                records[key] = record[(equals + 1)..].ToArray();
            at += length;
        }
        if (map.Count > 0)
            records[TarSparseMap.MapKey] = [.. map[..^1]];
    }

    /// <summary>Appends one record.</summary>
    public static void Encode(string key, ReadOnlySpan<byte> value, List<byte> target)
    {
        byte[] keyBytes = NodeName.Encode(key);
        int body = keyBytes.Length + value.Length + 3;      // space, "=", newline
        int length = body + 1;
        while (Digits(length).Length + body != length)
            length = Digits(length).Length + body;
        target.AddRange(Encoding.ASCII.GetBytes(Digits(length)));
        target.Add((byte)' ');
        target.AddRange(keyBytes);
        target.Add((byte)'=');
        target.AddRange(value);
        target.Add((byte)'\n');
    }

    /// <summary>A time as "SECONDS" or "SECONDS.NANOSECONDS", which may be negative as a whole.</summary>
    public static string EncodeTime(FileTime time)
    {
        if (time.Nanoseconds == 0)
            return Digits(time.UnixSeconds);
        // -1.25 is two seconds before the epoch and 0.75 later.
        bool isNegative = time.UnixSeconds < 0;
        long seconds = isNegative ? -(time.UnixSeconds + 1) : time.UnixSeconds;
        uint fraction = isNegative ? 1_000_000_000 - time.Nanoseconds : time.Nanoseconds;
        string text = fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{(isNegative ? "-" : "")}{Digits(seconds)}.{text}";
    }

    public static FileTime DecodeTime(byte[] value, long offset)
    {
        string text = Encoding.ASCII.GetString(value);
        bool isTime = decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal seconds) && Math.Abs(seconds) < 1L << 60;
        if (!isTime)
            throw new MalformedDataException(offset, "a pax time is no number of seconds");
        decimal whole = Math.Floor(seconds);
        return new((long)whole, (uint)((seconds - whole) * 1_000_000_000));
    }

    public static long DecodeNumber(byte[] value, long offset) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new MalformedDataException(offset, "a pax number is no number");

    private static string Digits(long value) => value.ToString(CultureInfo.InvariantCulture);
}
