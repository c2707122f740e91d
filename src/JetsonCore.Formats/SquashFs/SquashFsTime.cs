// Times of squashfs: unsigned 32-bit Unix seconds, good from 1970 to 2106.
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

internal static class SquashFsTime
{
    /// <summary>The nearest time that fits.</summary>
    public static uint Of(FileTime time) => (uint)Math.Clamp(time.UnixSeconds, 0, uint.MaxValue);
}
