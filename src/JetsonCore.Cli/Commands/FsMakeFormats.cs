// `jetson-core fs make vfat, squashfs, cpio, tar`: the options of mkfs.vfat, mksquashfs, cpio and tar, in words.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using JetsonCore.Cli.Shell;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Fat;
using JetsonCore.Formats.SquashFs;
using JetsonCore.Formats.Tar;

namespace JetsonCore.Cli.Commands;

internal static class FsMakeFormats
{
    private const int ArchiveBufferLength = 1 << 20;

    private static readonly (string Name, CompressionFormat Format)[] FileCompressions =
    [
        ("none", CompressionFormat.None), ("gzip", CompressionFormat.Gzip), ("xz", CompressionFormat.Xz),
        ("lzma", CompressionFormat.LzmaAlone), ("zstd", CompressionFormat.Zstd),
    ];

    private static readonly (string Name, SquashFsCompression Compression)[] SquashFsCompressions =
    [
        ("xz", SquashFsCompression.Xz), ("gzip", SquashFsCompression.Gzip), ("zstd", SquashFsCompression.Zstd),
        ("lz4", SquashFsCompression.Lz4), ("lzma", SquashFsCompression.Lzma), ("lzo", SquashFsCompression.Lzo),
    ];

    private static readonly (string Name, SquashFsFilter Filter)[] SquashFsFilters =
    [
        ("none", SquashFsFilter.None), ("arm64", SquashFsFilter.Arm64), ("arm", SquashFsFilter.Arm),
        ("armthumb", SquashFsFilter.ArmThumb), ("x86", SquashFsFilter.X86),
    ];

    public static Command CreateVfat(Terminal terminal)
    {
        var label = new Option<string?>("--label") { Description = "at most 11 characters", HelpName = "TEXT" };
        Option<long?> size = ByteSizes.Option("--size", "bytes, or with K, M, G; without it the smallest that fits");
        Option<long?> margin = ByteSizes.Option(
            "--margin", "without --size: bytes left free for what is written later", least: 0);
        Option<int?> width = Number("--fat", "12, 16 or 32; without it by the size");
        width.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("12" or "16" or "32") }])
                result.AddError("cannot make this --fat: 12, 16 and 32 are known");
        });
        Option<long?> cluster = ByteSizes.Option("--cluster-size", "bytes; without it by the size");
        Option<int> sector = ByteSizes.SmallOption("--sector-size", "512, 1024, 2048 or 4096", 512);
        Option<int> tables = Number("--fats", "tables, each like the first: 1 or 2", usual: 2);
        Option<int?> reserved = Number("--reserved-sectors", "sectors before the tables; without it 1, in FAT32 32");
        Option<int> hidden = Number("--hidden-sectors", "sectors of the disk before this file system", usual: 0);
        var serial = new Option<uint?>("--volume-id")
        {
            Description = "eight hexadecimal digits; without it one that follows from the files",
            HelpName = "ID",
            CustomParser = ParseSerial,
        };
        Command command = FsMakeCommand.OfFiles(terminal, "vfat", """
            Make a FAT12, FAT16 or FAT32 file system

            Example:
              jetson-core fs make vfat boot/ boot.img --label system-boot --size 256M
            """,
            [label, size, margin, width, cluster, sector, serial, tables, reserved, hidden],
            (parsed, source, target, cancellation) =>
            {
                source.SayOfTimes("FAT", FatWriter.TimeLeast, FatWriter.TimeMost);
                source.DropAttributes("FAT", name => false);
                WriteFat(parsed, source, target, cancellation);
            });
        ByteSizes.RequireWholeSectors(command, size, sector);
        return command;

        void WriteFat(ParseResult parsed, FsMakeSource source, Stream target, CancellationToken cancellation) =>
            FatWriter.Write(target, source.Root, new()
            {
                Label = parsed.GetValue(label),
                SizeBytes = parsed.GetValue(size),
                FreeBytes = parsed.GetValue(margin) ?? 0,
                Type = parsed.GetValue(width) is { } bits ? (FatType)bits : null,
                ClusterSize = parsed.GetValue(cluster) is { } bytes ? (int)Math.Min(bytes, int.MaxValue) : null,
                SectorSize = parsed.GetValue(sector),
                TableCount = parsed.GetValue(tables),
                ReservedSectors = parsed.GetValue(reserved),
                HiddenSectors = (uint)Math.Max(0, parsed.GetValue(hidden)),
                SerialNumber = parsed.GetValue(serial) ?? BitConverter.ToUInt32(source.Ids.For("serial").ToByteArray()),
            }, cancellation);
    }

    public static Command CreateSquashFs(Terminal terminal)
    {
        Option<string> compression = OneOf("--compression", "xz", SquashFsCompressions.Select(pair => pair.Name));
        Option<int?> level = Level();
        Option<long?> blockSize = ByteSizes.Option("--block-size", "a power of two from 4K to 1M; 128K if not given");
        Option<string> filter = OneOf("--filter", "none", SquashFsFilters.Select(pair => pair.Name),
            "with xz, for machine code");
        var fragments = new Option<bool>("--fragments") { Description = "let small files share blocks" };
        var noExports = new Option<bool>("--no-exports") { Description = "leave the table for NFS out" };
        var noXattrs = new Option<bool>("--no-xattrs") { Description = "leave extended attributes out" };
        return FsMakeCommand.OfFiles(terminal, "squashfs", """
            Make a squashfs 4.0 on all processors

            Example:
              jetson-core fs make squashfs tree/ my.snap --owner root --no-xattrs
            """,
            [compression, level, filter, blockSize, fragments, noExports, noXattrs],
            (parsed, source, target, cancellation) =>
            {
                source.SayOfTimes("squashfs", 0, uint.MaxValue);
                if (!parsed.GetValue(noXattrs))
                    source.DropAttributes("squashfs", SquashFsWriter.CanStore);
                WriteSquashFs(parsed, source, target, cancellation);
            });

        void WriteSquashFs(ParseResult parsed, FsMakeSource source, Stream target, CancellationToken cancellation) =>
            SquashFsWriter.Write(source.Root, new()
            {
                Filter = SquashFsFilters.First(pair => pair.Name == parsed.GetValue(filter)).Filter,
                Compression = SquashFsCompressions.First(pair => pair.Name == parsed.GetValue(compression)).Compression,
                Level = parsed.GetValue(level),
                BlockSize = (int)Math.Min(parsed.GetValue(blockSize) ?? 128 << 10, int.MaxValue),
                Fragments = parsed.GetValue(fragments),
                Exports = !parsed.GetValue(noExports),
                Xattrs = !parsed.GetValue(noXattrs),
                ModificationTime = (uint)Math.Clamp(source.Time.UnixSeconds, 0, uint.MaxValue),
            }, target, cancellation: cancellation);
    }

    public static Command CreateCpio(Terminal terminal)
    {
        Option<string> compression = OneOf("--compression", "none", FileCompressions.Select(pair => pair.Name));
        Option<int?> level = Level();
        return FsMakeCommand.OfFiles(terminal, "cpio", """
            Make a cpio archive (newc), as the kernel takes for an initrd

            The root has an entry, ".", where FROM has one. Compression is in forms that the kernel unpacks: of the
            checks of xz it knows CRC32.

            Example:
              jetson-core fs make cpio overlay/ overlay.img --owner root --compression lzma
            """,
            [compression, level],
            (parsed, source, target, cancellation) =>
            {
                CompressionFormat format = Format(parsed.GetRequiredValue(compression));
                source.SayOfTimes("cpio", 0, uint.MaxValue);
                source.DropAttributes("cpio", name => false);
                int? effort = parsed.GetValue(level);
                WriteArchive(target, format, () => Compressor.OpenWriteForKernel(target, format, effort),
                    archive => CpioWriter.Write(source.Root, archive, withRoot: true, cancellation: cancellation));
            });
    }

    public static Command CreateTar(Terminal terminal)
    {
        Option<string> compression = OneOf("--compression", "none", FileCompressions.Select(pair => pair.Name));
        Option<int?> level = Level();
        var noSparse = new Option<bool>("--no-sparse")
        {
            Description = "write holes as zeros, for a tar that knows no sparse files",
        };
        return FsMakeCommand.OfFiles(terminal, "tar", """
            Make a tar archive

            xz is written block by block on two processors, and what is compressed already is stored. Holes are left
            out as GNU tar does (--sparse, PAX 1.0), access control lists are SCHILY.acl.*; the root has an entry, "./",
            where FROM has one. Sockets are left out and named.

            Example:
              jetson-core fs make tar my.snap my.tar.xz --compression xz
            """,
            [compression, level, noSparse],
            (parsed, source, target, cancellation) =>
            {
                CompressionFormat format = Format(parsed.GetRequiredValue(compression));
                int? effort = parsed.GetValue(level);
                Func<CompressionStream> compress = format == CompressionFormat.Xz
                    ? () => Compressor.OpenWriteXzBlocks(target, effort ?? 1, cancellation: cancellation)
                    : () => Compressor.OpenWrite(target, format, effort);
                WriteArchive(target, format, compress,
                    archive => TarTreeWriter.Write(archive, source.Root, new()
                    {
                        RootEntry = true,
                        Sparse = !parsed.GetValue(noSparse),
                        Remark = source.Remark,
                    }, cancellation));
            });
    }

    private static void WriteArchive(
        Stream target, CompressionFormat format, Func<CompressionStream> compress, Action<Stream> write)
    {
        if (format != CompressionFormat.None)
        {
            using CompressionStream compressed = compress();
            write(compressed);
            return;
        }
        var buffered = new BufferedStream(target, ArchiveBufferLength);     // closing it would close the target
        write(buffered);
        buffered.Flush();
    }

    private static CompressionFormat Format(string name) => FileCompressions.First(pair => pair.Name == name).Format;

    private static Option<int?> Level() => Number("--level", "effort, as the compressor's own tool numbers it");

    private static Option<int?> Number(string name, string description) =>
        new(name) { Description = description, HelpName = "NUMBER" };

    private static Option<int> Number(string name, string description, int usual) =>
        new(name) { Description = description, HelpName = "NUMBER", DefaultValueFactory = _ => usual };

    private static Option<string> OneOf(string name, string usual, IEnumerable<string> values, string about = "")
    {
        string[] names = [.. values];
        var option = new Option<string>(name)
        {
            Description = (about.Length > 0 ? about + ": " : "") + string.Join(", ", names),
            HelpName = "NAME",
            DefaultValueFactory = _ => usual,
        };
        option.AcceptOnlyFromAmong(names);
        return option;
    }

    private static uint? ParseSerial(ArgumentResult result)
    {
        string digits = result.Tokens[0].Value.Replace("-", "", StringComparison.Ordinal);
        if (uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint serial))
            return serial;
        result.AddError($"cannot read the volume id \"{result.Tokens[0].Value}\": write eight hexadecimal digits");
        return null;
    }
}
