// `jetson-core fs make sparse, raw, bmap`: images into Android sparse images, and back; the list of an image's blocks
// that are not holes.
using System.CommandLine;
using System.Text;
using JetsonCore.Cli.Shell;
using JetsonCore.Files;
using JetsonCore.Formats.AndroidSparse;
using JetsonCore.Formats.Bmap;

namespace JetsonCore.Cli.Commands;

internal static class FsMakeSparse
{
    public static Command CreateSparse()
    {
        Argument<string> from = new("FROM") { Description = "an image" }, path = Out();
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
            using var interruption = new Interruption();
            return (int)FsMakeCommand.WriteFile(parsed.GetRequiredValue(path), parsed.GetValue(force), stream =>
                AndroidSparseWriter.Write(FolderTree.FileContent(parsed.GetRequiredValue(from)), stream, new()
                {
                    BlockSize = parsed.GetValue(blockSize),
                    ZerosAreDontCare = parsed.GetValue(isBlank),
                    Checksum = parsed.GetValue(checksum),
                }, interruption.Token));
        });
        return command;
    }

    public static Command CreateRaw()
    {
        Argument<string> from = new("FROM") { Description = "an Android sparse image" }, path = Out();
        Option<bool> force = Force();
        var command = new Command("raw", """
            Make the image that an Android sparse image stands for, as simg2img does

            Example:
              jetson-core fs make raw system.simg system.img
            """)
        {
            from, path, force,
        };
        command.SetAction(parsed =>
        {
            using var interruption = new Interruption();
            string image = parsed.GetRequiredValue(from), made = parsed.GetRequiredValue(path);
            return (int)Failures.About(image, () => FsMakeCommand.WriteFile(made, parsed.GetValue(force), stream =>
            {
                using Stream sparse = FolderTree.FileContent(image).Open();
                AndroidSparseReader.Expand(sparse, stream, cancellation: interruption.Token);
            }));
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
            using var interruption = new Interruption();
            string image = parsed.GetRequiredValue(from), made = parsed.GetRequiredValue(path);
            return (int)Failures.About(image, () => FsMakeCommand.WriteFile(made, parsed.GetValue(force), stream =>
                stream.Write(Encoding.UTF8.GetBytes(
                    BmapWriter.Write(FolderTree.FileContent(image), interruption.Token)))));
        });
        return command;
    }

    private static Argument<string> Out() => new("OUT") { Description = "the file to write" };

    private static Option<bool> Force() => new("--force") { Description = "overwrite the file" };
}
