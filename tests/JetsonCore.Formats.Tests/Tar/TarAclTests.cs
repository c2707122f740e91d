// Access control lists through tar: those of GNU tar and bsdtar are read, and both set what we write. setfacl makes
// them, getfacl shows them.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Formats.Tar;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.Tar;

public class TarAclTests
{
    private const string Access = "system.posix_acl_access", Default = "system.posix_acl_default";

    /// <summary>user::rw- user:1:r-- user:1001:rw- group::r-- group:50:rwx mask::rwx other::r--</summary>
    private const string FileList = "0200000001000600FFFFFFFF020004000100000002000600E903000004000400FFFFFFFF"
        + "080007003200000010000700FFFFFFFF20000400FFFFFFFF";

    /// <summary>user::rwx user:1001:rw- group::r-x mask::rwx other::r-x</summary>
    private const string FolderList =
        "0200000001000700FFFFFFFF02000600E903000004000500FFFFFFFF10000700FFFFFFFF20000500FFFFFFFF";

    [Theory]
    [InlineData("tar", "--acls", "--format=posix")]
    [InlineData("tar", "--acls", "--numeric-owner")]
    [InlineData("bsdtar", "--acls", "--format=pax")]
    [InlineData("bsdtar", "--acls", "--numeric-owner")]
    public void Lists_of_other_tars_are_read(string tool, string first, string second)
    {
        using var folder = new TempFolder();
        MakeFiles(folder);
        Oracle.Run(tool, first, second, "-C", folder.File("in"), "-cf", folder.File("a.tar"), "f", "d").MustSucceed();
        var remarks = new List<string>();
        DirectoryNode root = TarTree.Read(FileContent.Of(File.ReadAllBytes(folder.File("a.tar"))), ReadLimits.Default,
            remark: (path, message) => remarks.Add($"{path}: {message}"));
        Assert.Empty(remarks);
        Assert.Equal(FileList, Hex(root, "f", Access));
        Assert.Equal([Access], root.Find("f")!.Metadata.ExtendedAttributes.Keys);
        Assert.Equal(FolderList, Hex(root, "d", Default));
        Assert.Equal([Default], root.Find("d")!.Metadata.ExtendedAttributes.Keys);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("bsdtar")]
    public void Other_tars_set_what_we_write(string tool)
    {
        using var folder = new TempFolder();
        MakeFiles(folder);
        using (FileStream archive = File.Create(folder.File("a.tar")))
            TarTreeWriter.Write(archive, Tree());
        Directory.CreateDirectory(folder.File("out"));
        Oracle.Run(tool, "--acls", "-C", folder.File("out"), "-xpf", folder.File("a.tar")).MustSucceed();
        foreach (string name in (string[])["f", "d"])
            Assert.Equal(List(folder.File("in", name)), List(folder.File("out", name)));
    }

    [Fact]
    public void Lists_come_back_and_what_is_none_stays_an_attribute()
    {
        DirectoryNode tree = Tree();
        tree.Set("odd", new RegularFileNode(
            WithAttribute(FileMetadata.File, Access, [1, 2, 3]), FileContent.Empty));
        var archive = new MemoryStream();
        TarTreeWriter.Write(archive, tree);
        DirectoryNode read = TarTree.Read(FileContent.Of(archive.ToArray()), ReadLimits.Default);
        Assert.Equal(TarSamples.Text(tree), TarSamples.Text(read));
        Assert.Contains("SCHILY.acl.access=user::rw-,user:1:r--,user:1001:rw-,group::r--,group:50:rwx,mask::rwx,other::r--",
            Encoding.Latin1.GetString(archive.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user::rwx,user:lisa:r--:1000,group::r-x,mask::r-x,other::---", 1000, "")]
    [InlineData("u::rwx,u:1000:r,g::rx,m:rx,o:-", 1000, "")]
    [InlineData("user::rwx\nuser:1000:r--  #effective:r--\ngroup::r-x\nmask::r-x\nother::---\n", 1000, "")]
    [InlineData("user::rwx,user:lisa:r--,group::r-x,mask::r-x,other::---", 0, "\"user:lisa:r--\" names nobody")]
    [InlineData("user::rwx,user:lisa:r--:99999999999,group::---,other::---", 0, "names nobody")]
    [InlineData("user::rwx,user::r--,group::---,other::---", 0, "\"user::r--\" is no entry")]
    [InlineData("user::rwz", 0, "\"user::rwz\" is no entry")]
    [InlineData("mask:1:rwx", 0, "is no entry")]
    [InlineData("no list at all", 0, "is no entry")]
    [InlineData("user:::::", 0, "is no entry")]
    public void Texts_in_every_form_are_read_or_said(string text, int id, string problem)
    {
        var remarks = new List<string>();
        DirectoryNode root = TarTree.Read(Archive(text), ReadLimits.Default,
            remark: (path, message) => remarks.Add($"{path}: {message}"));
        ImmutableSortedDictionary<string, ImmutableArray<byte>> attributes = root.Find("f")!.Metadata.ExtendedAttributes;
        if (problem.Length > 0)
        {
            Assert.Empty(attributes);
            Assert.Contains(problem, Assert.Single(remarks), StringComparison.Ordinal);
            return;
        }
        Assert.Empty(remarks);
        string expected = "0200000001000700FFFFFFFF02000400E803000004000500FFFFFFFF10000500FFFFFFFF20000000FFFFFFFF";
        Assert.Equal(1000, id);
        Assert.Equal(expected, Convert.ToHexString([.. attributes[Access]]));
    }

    [Fact]
    public void Names_have_the_numbers_that_the_archive_itself_says()
    {
        using var folder = new TempFolder();
        folder.Write("f", "x");
        Oracle.Run("tar", "-C", folder.Path, "--owner=lisa:4711", "--group=crew:4712", "--format=posix",
            "--pax-option=SCHILY.acl.access:=user::rw-\nuser:lisa:r--\ngroup::r--\ngroup:crew:rw-\nmask::rw-\nother::---",
            "-cf", folder.File("a.tar"), "f").MustSucceed();
        DirectoryNode root = TarTree.Read(
            FileContent.Of(File.ReadAllBytes(folder.File("a.tar"))), ReadLimits.Default);
        byte[] list = [.. root.Find("f")!.Metadata.ExtendedAttributes[Access]];
        Assert.Equal([4711u, 4712u], new[] { 16, 32 }.Select(at => BitConverter.ToUInt32(list, at)));
    }

    [Fact]
    public void Damaged_texts_are_read_or_said()
    {
        byte[] text = "user::rwx,user:lisa:r--:1000,group:staff:r--,group::r-x,mask::r-x,other::---"u8.ToArray();
        DamageTrial.Run(Soak.Rounds(check: 2000, soak: 100_000), round =>
        {
            byte[] damaged = Mutations.Mutate(text, new((ulong)round));
            TarTree.Read(Archive(Encoding.Latin1.GetString(damaged)), ReadLimits.Default);
        });
    }

    private static FileContent Archive(string text)
    {
        var records = new List<byte>();
        TarPax.Encode("SCHILY.acl.access", Encoding.Latin1.GetBytes(text), records);
        var archive = new byte[4 * 512];
        new TarHeader { Name = "x"u8.ToArray(), Type = TarType.PaxNext, SizeBytes = records.Count }.Encode(archive);
        records.CopyTo(archive, 512);
        new TarHeader { Name = "f"u8.ToArray(), Type = TarType.File }.Encode(archive.AsSpan(1024));
        return FileContent.Of(archive);
    }

    private static DirectoryNode Tree()
    {
        var tree = new DirectoryNode();
        tree.Set("d", new DirectoryNode(
            WithAttribute(FileMetadata.Directory, Default, Convert.FromHexString(FolderList))));
        tree.Set("f", new RegularFileNode(
            WithAttribute(FileMetadata.File with { Permissions = 0x1BC }, Access, Convert.FromHexString(FileList)),
            FileContent.Of([1])));
        return tree;
    }

    private static FileMetadata WithAttribute(FileMetadata metadata, string name, byte[] value) =>
        metadata with { ExtendedAttributes = metadata.ExtendedAttributes.SetItem(name, [.. value]) };

    private static void MakeFiles(TempFolder folder)
    {
        folder.Write("in/f", "x");
        Directory.CreateDirectory(folder.File("in", "d"));
        Oracle.Run("chmod", "644", folder.File("in", "f")).MustSucceed();
        Oracle.Run("setfacl", "-m", "u:1001:rw,g:50:rwx,u:1:r", folder.File("in", "f")).MustSucceed();
        Oracle.Run("setfacl", "-d", "-m", "u:1001:rw,g::rx,o:rx", folder.File("in", "d")).MustSucceed();
    }

    private static string List(string path) =>
        Oracle.Run("getfacl", "-n", "-c", "-p", "--omit-header", path).MustSucceed();

    private static string Hex(DirectoryNode root, string path, string name) =>
        Convert.ToHexString([.. root.Find(path)!.Metadata.ExtendedAttributes[name]]);
}
