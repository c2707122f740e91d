// NVIDIA's driver package: a .tbz2 with Linux_for_Tegra in it, whose firmware lies in another .tbz2 within.
//
//   Tegra210_Linux_R….tbz2
//     Linux_for_Tegra/nv_tegra/nvidia_drivers.tbz2
//       lib/firmware/…, usr/lib/firmware/…
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

internal static class L4tPackage
{
    private const string Drivers = "nv_tegra/nvidia_drivers.tbz2";
    private const int HeadLength = 16;

    /// <summary>The files of the driver package within; null where a file is no such package.</summary>
    /// <exception cref="MalformedDataException">It is damaged, or has no drivers in it.</exception>
    public static DirectoryNode? Read(FileContent file, ContentSpool spool, CancellationToken cancellation)
    {
        if (Unpack(file, spool, cancellation) is not { } package)
            return null;
        FileNode? inner = package.Find($"Linux_for_Tegra/{Drivers}") ?? package.Find(Drivers);
        if (inner is not RegularFileNode drivers)
            return package.Find("lib/firmware") is not null ? package        // the inner package itself
                : throw new MalformedDataException(0, $"there is no {Drivers} in this archive");
        return Unpack(drivers.Content, spool, cancellation)
            ?? throw new MalformedDataException(0, $"{Drivers} in this archive is not compressed by bzip2");
    }

    private static DirectoryNode? Unpack(FileContent file, ContentSpool spool, CancellationToken cancellation)
    {
        var head = new byte[HeadLength];
        using Stream packed = file.Open();
        int length = packed.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (Decompression.Detect(head.AsSpan(0, length)) != CompressionFormat.Bzip2)
            return null;
        packed.Position = 0;
        using DecompressionStream plain = Decompression.OpenRead(packed, CompressionFormat.Bzip2);
        return TarTree.Read(
            spool(plain, ReadLimits.Default.ContentBytes), ReadLimits.Default, cancellation: cancellation);
    }
}
