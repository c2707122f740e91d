// Device numbers as Linux packs them into 32 bits: minor bits 8-19 above the major's twelve bits.
//
//   bits 31-20: minor >> 8      19-8: major      7-0: minor, low byte
namespace JetsonCore.Formats.SquashFs;

internal static class DeviceNumber
{
    public static uint Encode(uint major, uint minor)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(major, 0xFFFu);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minor, 0xFFFFFu);
        return (minor & 0xFF) | (major << 8) | ((minor & 0xFFF00) << 12);
    }

    public static (uint Major, uint Minor) Decode(uint device) =>
        ((device >> 8) & 0xFFF, (device & 0xFF) | ((device >> 12) & 0xFFF00));
}
