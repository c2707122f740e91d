// Times of directory entries: two 16-bit words of local time, which here is UTC.
//
//   date   bits 15-9 year - 1980   8-5 month   4-0 day
//   time   bits 15-11 hour   10-5 minute   4-0 second / 2
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Fat;

internal static class FatTime
{
    private const int FirstYear = 1980, LastYear = 2107;

    /// <summary>The first and the last second, since 1970.</summary>
    public static readonly long First = new DateTimeOffset(FirstYear, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public static readonly long Last =
        new DateTimeOffset(LastYear, 12, 31, 23, 59, 58, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>The date and time words of a time, moved into the years 1980 to 2107.</summary>
    public static (ushort Date, ushort Time) Encode(FileTime time)
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time.UnixSeconds, First, Last));
        return ((ushort)(((moment.Year - FirstYear) << 9) | (moment.Month << 5) | moment.Day),
            (ushort)((moment.Hour << 11) | (moment.Minute << 5) | (moment.Second / 2)));
    }

    /// <summary>The time that the words stand for; words that are no time give the start of 1980.</summary>
    public static FileTime Decode(ushort date, ushort time)
    {
        (int year, int month, int day) = (FirstYear + (date >> 9), (date >> 5) & 15, date & 31);
        (int hour, int minute, int second) = (time >> 11, (time >> 5) & 63, (time & 31) * 2);
        bool isTime = month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && hour < 24 && minute < 60 && second < 60;
        var moment = isTime
            ? new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero)
            : new DateTimeOffset(FirstYear, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return new(moment.ToUnixTimeSeconds());
    }
}
