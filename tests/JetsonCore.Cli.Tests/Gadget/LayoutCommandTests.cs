// `layout` draws whatever snapd lays out, with what keeps it from being built beside the drawing.
using System.Text.Json;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Gadget;

public class LayoutCommandTests
{
    private const string Linux = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";

    [Fact]
    public void Boot_areas_of_an_eMMC_begin_at_0()
    {
        JsonElement volumes = Draw(0, $"""
            volumes:
              main:
                bootloader: u-boot
                structure:
                  - {"{"}name: boot, role: system-boot, filesystem: ext4, type: {Linux}, size: 64M{"}"}
              areas:
                schema: emmc
                structure:
                  - name: boot0
                    content: [{"{"}image: first.img{"}"}]
                  - name: boot1
                    offset: 4M
                    content: [{"{"}image: second.img{"}"}]
            """).GetProperty("volumes");
        Assert.Equal([1048576], Starts(volumes[0]));
        Assert.Equal([0, 0], Starts(volumes[1]));
    }

    [Theory]
    [InlineData("- {name: spl, offset: 8192, size: 65536, type: bare}", "JC2001", 8192)]
    [InlineData("- {name: small, size: 16, type: " + Linux + "}", "JC2003", 1048576)]
    [InlineData("- {name: odd, offset: 1048577, size: 1M, type: " + Linux + "}", "JC2002", 1048577)]
    [InlineData("- {name: a-name-that-is-much-longer-than-thirty-six-letters, size: 1M, type: " + Linux + "}", "JC2009",
        1048576)]
    public void What_cannot_be_built_is_drawn(string structure, string code, long start)
    {
        JsonElement file = Draw(0,
            $"volumes:\n  board:\n    bootloader: u-boot\n    structure:\n      {structure}\n");
        Assert.Equal(start, Starts(file.GetProperty("volumes")[0])[0]);
        JsonElement doubt = file.GetProperty("diagnostics").EnumerateArray()
            .First(finding => finding.GetProperty("code").GetString() == code);
        Assert.Equal("warning", doubt.GetProperty("severity").GetString());
    }

    [Fact]
    public void A_volume_without_structures_is_drawn_empty_in_words_of_what_is_written()
    {
        JsonElement file = Draw(0, "volumes:\n  board:\n    bootloader: grub\n");
        Assert.Empty(file.GetProperty("volumes")[0].GetProperty("structures").EnumerateArray());
        JsonElement doubt = Assert.Single(file.GetProperty("diagnostics").EnumerateArray());
        Assert.Equal("JC2012", doubt.GetProperty("code").GetString());
        Assert.DoesNotContain("writable", doubt.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, doubt.GetProperty("line").GetInt32());
    }

    [Fact]
    public void One_bad_volume_does_not_hide_the_others()
    {
        JsonElement file = Draw(1, """
            volumes:
              good:
                bootloader: u-boot
                structure:
                  - {name: a, size: 1M, type: bare}
              bad:
                structure:
                  - {name: b, size: nonsense, type: bare}
              other:
                structure:
                  - {name: c, size: 2M, type: bare}
            """);
        Assert.Equal(["good", "other"],
            file.GetProperty("volumes").EnumerateArray().Select(volume => volume.GetProperty("name").GetString()));
    }

    [Fact]
    public void What_is_wrong_with_a_label_does_not_keep_it_from_being_drawn()
    {
        JsonElement file = Draw(1, $"""
            volumes:
              board:
                bootloader: u-boot
                structure:
                  - {"{"}name: a, type: {Linux}, size: 8M, filesystem: vfat, filesystem-label: boot{"}"}
                  - {"{"}name: b, type: {Linux}, size: 8M, filesystem: vfat, filesystem-label: BOOT{"}"}
            """);
        Assert.Equal([1048576, 9437184], Starts(file.GetProperty("volumes")[0]).Take(2));
        Assert.Equal("JC1441", file.GetProperty("diagnostics")[0].GetProperty("code").GetString());
    }

    [Fact]
    public void The_partition_that_image_builders_add_is_told_by_layout_only()
    {
        using var temp = new TempFolder();
        string path = temp.Write("gadget.yaml",
            $"volumes:\n  board:\n    bootloader: u-boot\n    structure:\n      - {{name: a, size: 1M, type: {Linux}}}\n");
        Assert.Contains("info[JC1915]", CliRun.Of("layout", path).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("JC1915", CliRun.Of("check", path).Output, StringComparison.Ordinal);
    }

    private static long[] Starts(JsonElement volume) =>
        [.. volume.GetProperty("structures").EnumerateArray().Select(one => one.GetProperty("startBytes").GetInt64())];

    private static JsonElement Draw(int exitCode, string yaml)
    {
        using var temp = new TempFolder();
        CliRun run = CliRun.Of("layout", "--json", temp.Write("gadget.yaml", yaml));
        Assert.Equal(exitCode, run.ExitCode);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("files")[0].Clone();
    }
}
