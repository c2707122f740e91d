// Remembered digests: a file is read once as long as the system says the same of it, and again whenever it does not.
using System.Security.Cryptography;
using JetsonCore.Cache;
using JetsonCore.Files;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Cache;

public sealed class FileDigestsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string File => _temp.File("file");

    public void Dispose() => _temp.Dispose();

    private byte[] Digest() =>
        new FileDigests(_temp.File("digests")).Of(HashAlgorithmName.SHA256, FolderTree.FileContent(File));

    private string[] Remembered() =>
        Directory.Exists(_temp.File("digests")) ? Directory.GetFiles(_temp.File("digests")) : [];

    private void WriteSettled(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        Thread.Sleep(50);
    }

    [Fact]
    public void What_is_remembered_is_believed_and_forgotten_with_any_change_of_the_file()
    {
        byte[] bytes = new SeededRandom(1).Bytes(200_000);
        WriteSettled(bytes);
        Assert.Equal(SHA256.HashData(bytes), Digest());
        string record = Assert.Single(Remembered());
        // A false digest that was remembered so is given back: the file is not read.
        string text = System.IO.File.ReadAllText(record);
        string forged = text[..text.LastIndexOf("sum ", StringComparison.Ordinal)]
            .Replace(Convert.ToHexStringLower(SHA256.HashData(bytes)), new string('0', 64), StringComparison.Ordinal);
        System.IO.File.WriteAllText(
            record, $"{forged}sum {Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(forged)))}\n");
        Assert.Equal(new byte[32], Digest());

        DateTime time = System.IO.File.GetLastWriteTimeUtc(File);
        bytes[17] ^= 1;
        WriteSettled(bytes);
        System.IO.File.SetLastWriteTimeUtc(File, time);             // as who hides a change would
        Assert.Equal(SHA256.HashData(bytes), Digest());
    }

    [Fact]
    public void What_was_written_a_moment_ago_is_not_remembered()
    {
        for (int round = 0; round < 20; round++)
        {
            byte[] bytes = new SeededRandom((ulong)round).Bytes(200_000);
            System.IO.File.WriteAllBytes(File, bytes);
            Assert.Equal(SHA256.HashData(bytes), Digest());
            Assert.Equal(SHA256.HashData(bytes), Digest());
        }
    }

    [Fact]
    public void A_damaged_record_and_one_of_another_boot_are_not_believed()
    {
        byte[] bytes = new SeededRandom(1).Bytes(200_000);
        WriteSettled(bytes);
        Digest();
        string record = Assert.Single(Remembered());
        byte[] whole = System.IO.File.ReadAllBytes(record);
        for (int place = 0; place < whole.Length; place += 3)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 1;
            System.IO.File.WriteAllBytes(record, damaged);
            Assert.Equal(SHA256.HashData(bytes), Digest());
        }
        string text = System.Text.Encoding.ASCII.GetString(whole), head = text[..text.LastIndexOf("sum ", StringComparison.Ordinal)];
        head = head.Replace("boot ", "boot 0", StringComparison.Ordinal)
            .Replace(Convert.ToHexStringLower(SHA256.HashData(bytes)), new string('0', 64), StringComparison.Ordinal);
        System.IO.File.WriteAllText(
            record, $"{head}sum {Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(head)))}\n");
        Assert.Equal(SHA256.HashData(bytes), Digest());
    }

    [Fact]
    public void Small_files_are_read_and_not_remembered()
    {
        WriteSettled([1, 2, 3]);
        Assert.Equal(SHA256.HashData((byte[])[1, 2, 3]), Digest());
        Assert.Empty(Remembered());
    }
}
