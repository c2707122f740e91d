// The disk that snippets run against, made by the real tools: ext4 with files, folders, a link, scripts that mkimage
// wrapped, a device tree that dtc made; FAT; and a partition with nothing in it.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Boot;

internal static class SnippetDisk
{
    private const int FirstSector = 34, SectorBytes = 512;

    /// <summary>Makes the disk, with more files on it, and returns its path.</summary>
    public static string Make(TempFolder folder, params (string Name, byte[] Content)[] more)
    {
        string files = folder.File("files"), image = folder.File("disk.img");
        Directory.CreateDirectory(Path.Combine(files, "sub"));
        Directory.CreateDirectory(Path.Combine(files, "extlinux"));
        WriteFiles(folder, files);
        foreach ((string name, byte[] content) in more)
            File.WriteAllBytes(Path.Combine(files, name), content);
        using (FileStream disk = File.Create(image))
            disk.SetLength(64 << 20);
        Oracle.Run("sgdisk", "-a1",
            $"-n1:{FirstSector}:+32M", "-c1:system-boot", "-u1:11111111-2222-3333-4444-555555555555",
            "-n2:0:+8M", "-c2:second", "-t2:0700", "-u2:11111111-2222-3333-4444-666666666666", "-A2:set:2",
            "-n3:0:+1M", "-c3:third", "-u3:11111111-2222-3333-4444-777777777777", image).MustSucceed();
        Oracle.Run("mke2fs", "-q", "-t", "ext4", "-b", "4096", "-O", "^metadata_csum,^64bit", "-d", files,
            "-E", string.Create(CultureInfo.InvariantCulture, $"offset={FirstSector * SectorBytes}"), image, "32M")
            .MustSucceed();
        AddFat(folder, image);
        return image;
    }

    private static void WriteFiles(TempFolder folder, string files)
    {
        Write("hello.txt", "hello\n");
        byte[] data = [.. Enumerable.Range(0, 4096).Select(at => (byte)(at * 7 % 256))];
        File.WriteAllBytes(Path.Combine(files, "sub/data.bin"), data);
        string link = Path.Combine(files, "link.txt");
        File.Delete(link);
        File.CreateSymbolicLink(link, "hello.txt");
        Write("vars.txt", "one=1\ntwo=a b\n# comment\nthree=x\\\ny\r\none=2\r\n");
        Write("consoles.txt", "before=1\nstderr=serial,vidconsole\nafter=1\nipaddr=x\n");
        Write("nokernel.conf", Configuration);
        Write("extlinux/missing.conf", Configuration);
        string source = folder.Write("board.dts", "/dts-v1/;\n/ { compatible = \"a,board\"; model = \"x\"; };\n"u8.ToArray());
        Oracle.Run("dtc", "-I", "dts", "-O", "dtb", "-o", Path.Combine(files, "board.dtb"), source).MustSucceed();
        string rich = folder.Write("rich.dts", Encoding.ASCII.GetBytes(Tree));
        Oracle.Run("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", Path.Combine(files, "rich.dtb"), rich).MustSucceed();
        byte[] kernel = new byte[4096];
        BinaryPrimitives.WriteUInt64LittleEndian(kernel.AsSpan(16), 0x200000);
        BinaryPrimitives.WriteUInt64LittleEndian(kernel.AsSpan(24), 8);
        "ARM\x64"u8.CopyTo(kernel.AsSpan(56));
        File.WriteAllBytes(Path.Combine(files, "small.img"), kernel);
        File.WriteAllBytes(Path.Combine(files, "small.gz"), [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]);
        File.WriteAllBytes(Path.Combine(files, "packed.gz"),
            Oracle.Run("gzip", "-nc", Path.Combine(files, "sub/data.bin")).OutputBytes);
        Wrap("boot.scr", "script", "echo from script\nsetenv scripted yes\nfor i in 1 2; do\n  echo $i\ndone\necho end\n");
        Wrap("fails.scr", "script", "echo a\nfalse\n");
        Wrap("other.scr", "ramdisk", "kernel");
        byte[] damaged = File.ReadAllBytes(Path.Combine(files, "boot.scr"));
        damaged[80] = (byte)'X';
        File.WriteAllBytes(Path.Combine(files, "badcrc.scr"), damaged);

        void Write(string name, string text) => File.WriteAllText(Path.Combine(files, name), text);

        void Wrap(string name, string type, string text)
        {
            string content = folder.Write("content", Encoding.ASCII.GetBytes(text));
            Oracle.Run("mkimage", "-A", "arm64", "-T", type, "-C", "none", "-n", "test", "-d", content,
                Path.Combine(files, name)).MustSucceed();
        }
    }

    private static void AddFat(TempFolder folder, string image)
    {
        string fat = folder.File("fat.img"), file = folder.Write("fat.txt", "fat\n"u8.ToArray());
        using (FileStream empty = File.Create(fat))
            empty.SetLength(8 << 20);
        Oracle.Run("mkfs.vfat", "-F", "12", fat).MustSucceed();
        Oracle.Run("mcopy", "-i", fat, file, "::fat.txt").MustSucceed();
        using FileStream disk = new(image, FileMode.Open, FileAccess.ReadWrite);
        disk.Position = (FirstSector * SectorBytes) + (32L << 20);
        disk.Write(File.ReadAllBytes(fat));
    }

    private const string Tree = """
        /dts-v1/;
        / {
            compatible = "a,board", "b,board";
            model = "x";
            aliases { serial = "/soc/serial@1000"; };
            chosen { bootargs = "root=/dev/x quiet"; };
            soc {
                serial@1000 { reg = <0x1000 0x10>; one = <0x12ab>; bytes = [01 02 03]; empty; many = <1 2 3 4 5 6>; };
                gpio@2000 { label = ""; };
            };
        };

        """;

    private const string Configuration = """
        default a
        label a
          menu label Entry A
          kernel /nokernel.img
          append root=x ${bootdelay}
        label b
          linux nothing
          fdt f.dtb
          initrd i
        bogus line
        label c
         append x

        """;
}
