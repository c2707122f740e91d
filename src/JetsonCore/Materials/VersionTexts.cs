// What kernels and boot loaders say of themselves in their bytes:
//
//   arm64 Image    "Linux version 6.1.0-50-arm64 (…"         KernelBanner
//   bzImage        "6.1.0-50-amd64 (…"                       X86KernelHeader
//   U-Boot         "U-Boot 2023.01-1 (Nov 10 2019 - 12:00:00 +0000)"
//
// Sources: Linux init/version.c; U-Boot include/version_string.h.
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.X86Boot;

namespace JetsonCore.Materials;

internal static partial class VersionTexts
{
    /// <summary>No U-Boot is longer.</summary>
    public const int LoaderLengthMax = 16 << 20;

    private const int TextLengthMax = 64;

    /// <summary>The release of an arm64 kernel that is not compressed; null where it says none.</summary>
    /// <exception cref="MalformedDataException">It ends early.</exception>
    public static string? OfArm64Kernel(FileContent kernel) => KernelBanner.Read(kernel).Release;

    /// <summary>The release of an x86 kernel; null for what is none.</summary>
    public static string? OfX86Kernel(FileContent kernel)
    {
        using Stream stream = kernel.Open();
        if (!X86KernelHeader.IsKernel(stream.ReadBytesAt(0, (int)Math.Min(kernel.Length, X86KernelHeader.Size))))
            return null;
        string text = X86KernelHeader.Read(stream).Release ?? "";
        return Release().Match(text) is { Success: true } found ? found.Value : null;
    }

    /// <summary>The version of a U-Boot; null for what is none, or too long for one.</summary>
    public static string? OfUBoot(FileContent program)
    {
        if (program.Length > LoaderLengthMax)
            return null;
        ReadOnlySpan<byte> bytes = program.ReadAll(LoaderLengthMax);
        ReadOnlySpan<byte> wanted = "U-Boot 20"u8;
        for (int at = bytes.IndexOf(wanted); at >= 0;)
        {
            string text = Encoding.Latin1.GetString(bytes.Slice(at, Math.Min(TextLengthMax, bytes.Length - at)));
            if (Loader().Match(text) is { Success: true } found)
                return found.Groups[1].Value;
            int next = bytes[(at + 1)..].IndexOf(wanted);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return null;
    }

    [GeneratedRegex(@"^\d+\.\d+[A-Za-z0-9.+~_-]*")]
    private static partial Regex Release();

    [GeneratedRegex(@"^U-Boot (\d{4}\.\d{2}[A-Za-z0-9.+~_-]*) \(")]
    private static partial Regex Loader();
}
