// Rounding to powers of two, in the one place where it is done.
namespace JetsonCore.Formats.Binary;

/// <summary>Rounds sizes and offsets to a power of two.</summary>
public static class Alignment
{
    /// <summary>The smallest multiple of <paramref name="alignment"/> not below <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative value, or no power of two.</exception>
    /// <exception cref="OverflowException">The result does not fit 64 bits.</exception>
    public static long Up(long value, long alignment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        if (!IsPowerOfTwo(alignment))
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "not a power of two");
        return (value + (alignment - 1)) & ~(alignment - 1);
    }

    /// <summary>Whether <paramref name="value"/> is a multiple of <paramref name="alignment"/>.</summary>
    public static bool IsAligned(long value, long alignment) => Up(value, alignment) == value;

    /// <summary>The number of units that hold <paramref name="value"/>: a division rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or the unit is not positive.</exception>
    public static long UnitsFor(long value, long unit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(unit);
        return (value / unit) + (value % unit == 0 ? 0 : 1);
    }

    private static bool IsPowerOfTwo(long value) => value > 0 && (value & (value - 1)) == 0;
}
