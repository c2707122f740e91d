// Environment blocks against their drawing, against mkenvimage and fw_printenv, and against damage.
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.UBoot;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.UBoot;

public class UBootEnvironmentTests
{
    private const int BlockLength = 131072;

    private static readonly Dictionary<string, string> Sample = new()
    {
        ["snap_mode"] = "",
        ["bootdelay"] = "2",
        ["args"] = "root=LABEL=writable ro panic=-1",
        ["bootcmd"] = "run one;\nrun two",
        ["grüße"] = "äöü",
    };

    [Fact]
    public void Smallest_blocks_are_as_drawn()
    {
        var variables = new Dictionary<string, string> { ["b"] = "2", ["a"] = "" };
        var redundant = new byte[16];
        UBootEnvironment.Encode(variables, redundant);
        Assert.Equal("7C12A67500613D00623D3200" + "00FFFFFF", Convert.ToHexString(redundant));
        var single = new byte[16];
        UBootEnvironment.Encode(variables, single, UBootEnvironmentLayout.Single);
        Assert.Equal("059BC6A6613D00623D3200" + "00FFFFFFFF", Convert.ToHexString(single));
    }

    [Theory]
    [InlineData(UBootEnvironmentLayout.Redundant)]
    [InlineData(UBootEnvironmentLayout.Single)]
    public void Reading_gives_back_what_was_written(UBootEnvironmentLayout layout)
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var random = new SeededRandom(seed);
            var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
            for (int count = random.Next(20); count > 0; count--)
                variables[$"k{random.Next(1000)}é"] = new string((char)(1 + random.Next(0x3000)), random.Next(40));
            var block = new byte[UBootEnvironment.EncodedLength(variables, layout) + random.Next(100)];
            UBootEnvironment.Encode(variables, block, layout);
            Assert.Equal(variables, UBootEnvironment.Decode(block, layout));
            Assert.Equal(layout, UBootEnvironment.RecogniseLayout(block));
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_survive()
    {
        byte[] block = [0, 0, 0, 0, 0, .. "k="u8, 0xFF, 0xC3, 0, 0];
        BitConverter.TryWriteBytes(block, Crc32.Of(block.AsSpan(5)));
        var again = new byte[block.Length];
        UBootEnvironment.Encode(UBootEnvironment.Decode(block), again);
        Assert.Equal(block, again);
    }

    [Fact]
    public void What_cannot_be_encoded_is_refused()
    {
        var block = new byte[16];
        foreach (string key in (string[])["", "a=b", "a\0"])
        {
            var variables = new Dictionary<string, string> { [key] = "" };
            Assert.Throws<ArgumentException>(() => UBootEnvironment.Encode(variables, block));
        }
        var tooLong = new Dictionary<string, string> { ["a"] = new('x', 8) };
        Assert.Equal(17, UBootEnvironment.EncodedLength(tooLong));
        var refusal = Assert.Throws<ArgumentException>(() => UBootEnvironment.Encode(tooLong, block));
        Assert.Contains("17 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "too short")]
    [InlineData("a\0\0", "no key")]
    [InlineData("=a\0\0", "no key")]
    [InlineData("a=b", "without a NUL")]
    public void Broken_blocks_are_refused(string entries, string reason)
    {
        byte[] block = [0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(entries)];
        BitConverter.TryWriteBytes(block, Crc32.Of(block.AsSpan(5)));
        Assert.Contains(reason, Assert.Throws<MalformedDataException>(() => UBootEnvironment.Decode(block)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_checksum_is_refused()
    {
        var block = new byte[64];
        UBootEnvironment.Encode(Sample.Take(1).ToDictionary(), block);
        block[^1] ^= 1;
        Assert.Equal(0, Assert.Throws<MalformedDataException>(() => UBootEnvironment.Decode(block)).Offset);
        Assert.Null(UBootEnvironment.RecogniseLayout(block));
    }

    [Fact]
    public void Damaged_blocks_decode_or_are_refused()
    {
        var whole = new byte[160];
        UBootEnvironment.Encode(Sample, whole);
        DamageTrial.Run(Soak.Rounds(2000, 100_000), round =>
        {
            byte[] damaged = Mutations.Mutate(whole, new SeededRandom((ulong)round));
            if (damaged.Length > 5)     // a right checksum lets the entries be read
                BitConverter.TryWriteBytes(damaged, Crc32.Of(damaged.AsSpan(5)));
            UBootEnvironment.Decode(damaged);
        });
    }

    [Theory]
    [InlineData(UBootEnvironmentLayout.Redundant)]
    [InlineData(UBootEnvironmentLayout.Single)]
    public void Mkenvimage_makes_the_same_bytes(UBootEnvironmentLayout layout)
    {
        using var folder = new TempFolder();
        string text = folder.Write("env.txt", UBootEnvironmentText.Write(Sample));
        string image = folder.File("env.img");
        string[] redundant = layout == UBootEnvironmentLayout.Redundant ? ["-r"] : [];
        Oracle.Run("mkenvimage", [.. redundant, "-s", "131072", "-o", image, text]).MustSucceed();
        byte[] theirs = File.ReadAllBytes(image);
        if (layout == UBootEnvironmentLayout.Redundant)
            theirs[4] = 0;
        var ours = new byte[BlockLength];
        UBootEnvironment.Encode(Sample, ours, layout);
        Assert.Equal(theirs, ours);
        Assert.Equal(Sample.OrderBy(v => v.Key, StringComparer.Ordinal), UBootEnvironment.Decode(theirs, layout));
    }

    [Fact]
    public void Fw_printenv_reads_it()
    {
        using var folder = new TempFolder();
        var block = new byte[BlockLength];
        UBootEnvironment.Encode(Sample, block);
        string image = folder.Write("uboot.env", block);
        // Two lines make fw_printenv expect the redundant layout; the second copy is the same.
        string copy = folder.Write("copy.env", block);
        string config = folder.Write("fw_env.config", $"{image} 0 0x20000\n{copy} 0 0x20000\n");
        string printed = Oracle.Run("fw_printenv", "-c", config).MustSucceed();
        Assert.Equal(
            Sample.Select(v => $"{v.Key}={v.Value}").Order(StringComparer.Ordinal),
            printed.Replace(";\nrun", ";\0run", StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Replace('\0', '\n')).Order(StringComparer.Ordinal));
    }
}
