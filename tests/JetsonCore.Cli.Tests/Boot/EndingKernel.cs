// A kernel of a few words that does what a kernel's end looks like from outside: switches the machine off, or restarts it
// as a panic does. What U-Boot does before it is then seen without the ten seconds that Linux takes to come up.
using System.Buffers.Binary;

namespace JetsonCore.Cli.Tests.Boot;

internal static class EndingKernel
{
    private const uint SystemOff = 0x8400_0008, SystemReset = 0x8400_0009;      // PSCI's functions

    /// <summary>An arm64 Image that ends with the machine switched off, or restarted.</summary>
    public static byte[] Make(bool restarts = false)
    {
        uint ending = restarts ? SystemReset : SystemOff;
        byte[] kernel = new byte[8192];
        uint[] code = [0xD280_0000 | ((ending & 0xFFFF) << 5), 0xF2A0_0000 | (ending >> 16 << 5), 0xD400_0002, 0x1400_0000];
        BinaryPrimitives.WriteUInt32LittleEndian(kernel, 0x1400_0010);                  // over the header
        BinaryPrimitives.WriteUInt64LittleEndian(kernel.AsSpan(16), 0x20_0000);
        BinaryPrimitives.WriteUInt64LittleEndian(kernel.AsSpan(24), 8);
        "ARM\x64"u8.CopyTo(kernel.AsSpan(56));
        for (int at = 0; at < code.Length; at++)        // movz x0; movk x0, lsl 16; hvc 0; and stay
            BinaryPrimitives.WriteUInt32LittleEndian(kernel.AsSpan(64 + (at * 4)), code[at]);
        return kernel;
    }
}
