// snapd's script for GRUB, found in its program: text from "# Snapd-Boot-Config-Edition: N" to the first byte that is
// none, or to where the next such script begins. That for recovery systems looks into /systems.
// Peer: snapd bootloader/assets (the texts are part of the program).
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Content;

internal static class GrubScript
{
    /// <summary>The program in the snapd snap.</summary>
    public const string ProgramPath = "usr/lib/snapd/snapd";

    private const int ScriptMax = 64 << 10, ChunkBytes = 1 << 20;

    private static readonly byte[] Start = "# Snapd-Boot-Config-Edition: "u8.ToArray();

    /// <summary>The script for recovery systems; null where the snap has none.</summary>
    public static byte[]? Find(SnapFile snapd)
    {
        if (snapd.Root.Find(ProgramPath) is not RegularFileNode { Content: var program })
            return null;
        using Stream stream = program.Open();
        var window = new byte[ChunkBytes + ScriptMax];
        int kept = 0;
        while (true)
        {
            int read = stream.ReadAtLeast(window.AsSpan(kept), window.Length - kept, throwOnEndOfStream: false);
            int length = kept + read;
            bool isEnd = length < window.Length;
            if (FindIn(window.AsSpan(0, length), isEnd ? length : ChunkBytes) is { } script)
                return script;
            if (isEnd)
                return null;
            window.AsSpan(ChunkBytes, length - ChunkBytes).CopyTo(window);
            kept = length - ChunkBytes;
        }
    }

    /// <summary>A script that begins before a place.</summary>
    private static byte[]? FindIn(ReadOnlySpan<byte> bytes, int before)
    {
        for (int at = bytes.IndexOf(Start); at >= 0 && at < before;)
        {
            ReadOnlySpan<byte> script = ScriptAt(bytes[at..]);
            if (script.IndexOf("/systems/"u8) >= 0 && script.IndexOf("snapd_recovery_system"u8) >= 0)
                return script.ToArray();
            int next = bytes[(at + 1)..].IndexOf(Start);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return null;
    }

    private static ReadOnlySpan<byte> ScriptAt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == Start.Length || !char.IsAsciiDigit((char)bytes[Start.Length]))
            return [];
        int end = 0, most = Math.Min(bytes.Length, ScriptMax);
        while (end < most && bytes[end] is (>= 0x20 and < 0x7f) or (byte)'\n' or (byte)'\t')
            end++;
        int next = bytes[1..end].IndexOf(Start);
        return next < 0 ? bytes[..end] : bytes[..(next + 1)];
    }
}
