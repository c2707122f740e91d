// `jetson-core fs make sparse, raw, bmap`: images into Android sparse images, and back; partitions into files of their
// own; the list of an image's blocks that are not holes.
using System.CommandLine;
using System.Text;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Shell;
using JetsonCore.Files;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Bmap;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Cli.Commands;

internal static class FsMakeSparse
{
    private const int HeadLength = 32;

    public static Command CreateSparse()
    {
        Argument<string> from = new("FROM") { Description = "an image, or IMAGE:PARTITION" }, path = Out();
        Option<int> blockSize = ByteSizes.SmallOption("--block-size", "a multiple of 4", 4096);
        var isBlank = new Option<bool>("--dont-care")
        {
            Description = "leave zeros out instead of filling them: only for targets that are blank",
        };
        var checksum = new Option<bool>("--crc") { Description = "add a checksum of the image" };
        Option<bool> force = Force();
        var command = new Command("sparse", """
            Make an Android sparse image of an image, as img2simg does

            Example:
              jetson-core fs make sparse system.img system.simg
            """)
        {
            from, path, blockSize, isBlank, checksum, force,
        };
        command.SetAction(parsed =>
        {
            Action<FileContent, FileStream, CancellationToken> write = (content, stream, cancellation) =>
                AndroidSparseWriter.Write(content, stream, new()
                {
                    BlockSize = parsed.GetValue(blockSize),
                    ZerosAreDontCare = parsed.GetValue(isBlank),
                    Checksum = parsed.GetValue(checksum),
                }, cancellation);
            return (int)Make(
                parsed.GetRequiredValue(from), parsed.GetRequiredValue(path), parsed.GetValue(force), write);
        });
        return command;
    }

    public static Command CreateRaw()
    {
        Argument<string> from = new("FROM")
        {
            Description = "an Android sparse image, or a part of an image: IMAGE:PARTITION",
        };
        Argument<string> path = Out();
        Option<bool> force = Force();
        var command = new Command("raw", """
            Make the image that an Android sparse image stands for, as simg2img does, or copy a partition

            Examples:
              jetson-core fs make raw system.simg system.img
              jetson-core fs make raw out/jetson.img:system-boot system-boot.ext4
            """)
        {
            from, path, force,
        };
        command.SetAction(parsed =>
        {
            string image = parsed.GetRequiredValue(from);
            bool isPart = ArtefactFile.IsInside(image);
            return (int)Make(image, parsed.GetRequiredValue(path), parsed.GetValue(force),
                (content, stream, cancellation) => WriteRaw(content, isPart, stream, cancellation));
        });
        return command;
    }

    public static Command CreateBmap()
    {
        Argument<string> from = new("FROM") { Description = "an image" }, path = Out();
        Option<bool> force = Force();
        var command = new Command("bmap", """
            List the blocks of an image that are not holes, with their sums, as bmaptool create does

            `bmaptool copy` writes these only, and checks them.

            Example:
              jetson-core fs make bmap jetson.img jetson.img.bmap
            """)
        {
            from, path, force,
        };
        command.SetAction(parsed =>
        {
            return (int)Make(parsed.GetRequiredValue(from), parsed.GetRequiredValue(path), parsed.GetValue(force),
                (content, stream, cancellation) =>
                    stream.Write(Encoding.UTF8.GetBytes(BmapWriter.Write(content, cancellation))));
        });
        return command;
    }

    /// <summary>A part of an image is copied as it is, if it is no sparse image itself.</summary>
    private static void WriteRaw(FileContent content, bool isPart, FileStream target, CancellationToken cancellation)
    {
        using Stream source = content.Open();
        var head = new byte[HeadLength];
        int length = source.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        source.Position = 0;
        if (isPart && !AndroidSparseReader.IsSparse(head.AsSpan(0, length)))
        {
            target.SetLength(content.Length);
            SparseCopy.Copy(source, target, content.Length, cancellation);
        }
        else
        {
            AndroidSparseReader.Expand(source, target, cancellation: cancellation);
        }
    }

    private static ExitCode Make(
        string from, string path, bool force, Action<FileContent, FileStream, CancellationToken> write)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        return Failures.About(from, () =>
        {
            using ArtefactFile image =
                ArtefactFile.Open(from, spool.Keep, ReadLimits.Default, interruption.Token);
            return FsMakeCommand.WriteFile(path, force, stream => write(image.Content, stream, interruption.Token));
        });
    }

    private static Argument<string> Out() => new("OUT") { Description = "the file to write" };

    private static Option<bool> Force() => new("--force") { Description = "overwrite the file" };
}
