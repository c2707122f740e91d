// The verifier must see every kind of damage; a whole image must pass. The image is small: an ext4 file system, a FAT
// one and raw images in a GPT volume.
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Ext4;
using JetsonCore.Formats.Trees;
using JetsonCore.Image;
using JetsonCore.Layout;
using JetsonCore.TestKit;
using JetsonCore.Verify;
using Xunit;

namespace JetsonCore.Tests.Verify;

public sealed class ImageVerifierTests : IDisposable
{
    private const long BootStart = 17408, BootSize = 8 << 20, RawStart = BootStart + BootSize, RawSize = 1 << 20;
    private const long FatStart = RawStart + RawSize, FatSize = 4 << 20, EmptyStart = FatStart + FatSize;
    private const long EmptySize = 1 << 20, ImageSize = EmptyStart + EmptySize + (33 * 512);

    private readonly TempFolder _temp = new();
    private readonly List<IDisposable> _open = [];
    private readonly VolumePlan _volume;
    private readonly List<PartitionFile> _partitions;
    private readonly OutputFile _image;

    public ImageVerifierTests()
    {
        _volume = new()
        {
            Name = "disk",
            Schema = VolumeSchema.Gpt,
            SizeBytes = ImageSize,
            Structures =
            [
                Structure(0, "boot", BootStart, BootSize) with { Filesystem = "ext4" },
                Structure(1, "raw", RawStart, RawSize),
                Structure(2, "fat", FatStart, FatSize) with { Filesystem = "vfat" },
                Structure(3, "empty", EmptyStart, EmptySize),
            ],
        };
        var time = new FileTime(1_573_659_600);
        var tree = new DirectoryNode(FileMetadata.Directory with { ModificationTime = time });
        tree.SetPath("kernel.img", new RegularFileNode(
            FileMetadata.File with { ModificationTime = time }, FileContent.Of(Bytes(100_000))));
        var options = Ext4Options.SystemBoot("boot", Id("uuid"), Id("hash"), time);
        var fat = new DirectoryNode();
        fat.SetPath("config.txt", new RegularFileNode(FileMetadata.File, FileContent.Of(Bytes(5000))));
        _partitions =
        [
            Write(new Ext4Content(_volume.Structures[0], tree, Ext4Writer.Plan(tree, options, BootSize))),
            Write(new RawContent(_volume.Structures[1],
            [
                new(0, FileContent.Of(Bytes(3000))), new(8192, FileContent.Of(Bytes(700))),
            ])),
            Write(new VfatContent(_volume.Structures[2], fat, new() { SizeBytes = FatSize, SerialNumber = 7 })),
        ];
        _image = Create("disk.img");
        DiskImageWriter.WriteVolume(_volume, _partitions, _image.Stream, Id, CancellationToken.None);
    }

    public void Dispose()
    {
        _open.ForEach(resource => resource.Dispose());
        _temp.Dispose();
    }

    [Fact]
    public void A_whole_image_passes() => Verify();

    [Theory]
    [InlineData(100, "boot code")]
    [InlineData(0x1C2, "MBR")]                                      // type of the protective partition
    [InlineData(512 + 0x28, "GPT header")]                          // primary header
    [InlineData(1024 + 0x20, "GPT entries")]                        // primary entries
    [InlineData(ImageSize - 512 + 0x10, "backup header")]
    [InlineData(BootStart + 1024 + 0x78, "label")]                  // in the ext4 superblock
    [InlineData(RawStart + 10, "raw image")]
    [InlineData(RawStart + 4000, "between raw images")]
    [InlineData(EmptyStart + 12345, "partition without content")]
    public void Any_changed_byte_is_seen(long offset, string what)
    {
        Flip(_image.Stream, offset);
        Assert.True(Record.Exception(Verify) is VerificationException, $"a changed byte in {what} went unseen");
    }

    [Fact]
    public void A_file_system_that_is_wrong_in_both_copies_is_seen()
    {
        long place = FindKernel();
        Flip(_image.Stream, BootStart + place);
        Flip(_partitions[0].File.Stream, place);
        var seen = Assert.Throws<VerificationException>(Verify);
        Assert.Contains("\"kernel.img\": differs at byte 0", seen.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_raw_image_that_is_wrong_in_both_copies_is_seen()
    {
        Flip(_image.Stream, RawStart + 8192);
        Flip(_partitions[1].File.Stream, 8192);
        Assert.Throws<VerificationException>(Verify);
    }

    [Fact]
    public void A_copy_that_hashes_to_something_else_than_the_plan_said_is_seen()
    {
        var boot = (Ext4Content)_partitions[0].Content;
        FileContent kernel = ((RegularFileNode)boot.Tree.Find("kernel.img")!).Content;
        void Plan(string digest) => _partitions[0] = _partitions[0] with
        {
            Content = boot with { Digests = new Dictionary<FileContent, string> { [kernel] = digest } },
        };
        using (Stream bytes = kernel.Open())
            Plan(AssertionDigest.Of(bytes));
        Verify();
        Plan(AssertionDigest.Of("an earlier kernel"u8));        // the source is what was written, but not what it was
        Assert.Equal("JC9141", Assert.Throws<UserErrorException>(Verify).Diagnostic.Rule.Code);
    }

    [Fact]
    public void A_shorter_image_is_seen()
    {
        _image.Stream.SetLength(ImageSize - 512);
        Assert.Throws<VerificationException>(Verify);
    }

    private static PlannedStructure Structure(int index, string name, long start, long size) => new()
    {
        Index = index,
        Name = name,
        Type = "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
        StartBytes = start,
        SizeBytes = size,
    };

    private static byte[] Bytes(int length) =>
        [.. Enumerable.Range(0, length).Select(index => (byte)((index * 31 % 255) + 1))];

    private static Guid Id(string purpose) => new(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)).AsSpan(0, 16));

    private static void Flip(FileStream file, long offset)
    {
        file.Position = offset;
        int value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0x40));
        file.Flush();
    }

    private void Verify() => ImageVerifier.Verify(_volume, _partitions, _image, Id, CancellationToken.None);

    private OutputFile Create(string name)
    {
        OutputFile file = OutputFile.Create(_temp.File(name), force: false);
        _open.Add(file);
        return file;
    }

    private PartitionFile Write(PartitionContent content)
    {
        OutputFile file = Create(content.FileName);
        DiskImageWriter.WritePartition(content, file.Stream, CancellationToken.None);
        return new(content, file, Task.FromResult(ImmutableArray.Create(ContentDigest.Sha256(file.Content))));
    }

    private long FindKernel()
    {
        using Stream partition = _partitions[0].File.OpenRead();
        var bytes = new byte[BootSize];
        partition.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(Bytes(1000));
    }
}
