// The cache of stages: what is kept comes back, what is damaged never does, and nothing that is wrong with it ends a run.
using JetsonCore.Cache;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Cache;

public sealed class StageCacheTests : IDisposable
{
    private static readonly byte[] Large = new SeededRandom(1).Bytes(300_000);
    private readonly TempFolder _temp = new();
    private readonly DiagnosticBag _diagnostics = new();

    private string Folder => _temp.File("stages");

    public void Dispose() => _temp.Dispose();

    private byte[]? Get(string setting, byte[]? made = null)
    {
        using var cache = new StageCache(Folder, _diagnostics);
        bool isMade = false;
        FileContent content = cache.GetOrMake(cache.Key("test").Add("setting", setting), () =>
        {
            isMade = true;
            return FileContent.Of(made ?? []);
        });
        byte[] bytes = content.ReadAll(1 << 20);
        return isMade ? null : bytes;
    }

    private string OnlyContent() => Assert.Single(Directory.GetFiles(Path.Combine(Folder, "cas")));

    [Fact]
    public void What_was_made_comes_back_and_another_setting_makes_another()
    {
        Assert.Null(Get("a", Large));
        Assert.Equal(Large, Get("a"));
        Assert.Null(Get("b", [1, 2, 3]));
        Assert.Equal([1, 2, 3], Get("b"));
        Assert.Equal(Large, Get("a"));
        Assert.Empty(_diagnostics.Items);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(299_999)]
    public void A_damaged_content_is_found_and_made_anew(int place)
    {
        Assert.Null(Get("a", Large));
        Thread.Sleep(20);           // a tick of the file system's clock
        using (FileStream file = File.OpenWrite(OnlyContent()))
        {
            file.Position = place;
            file.WriteByte((byte)(Large[place] ^ 1));
        }
        Assert.Null(Get("a", Large));
        Diagnostic finding = Assert.Single(_diagnostics.Items);
        Assert.Equal("JC9220", finding.Rule.Code);
        Assert.Equal(Large, Get("a"));
    }

    [Fact]
    public void A_content_that_was_cut_off_or_has_gone_is_made_anew()
    {
        Assert.Null(Get("a", Large));
        Thread.Sleep(20);           // a tick of the file system's clock
        using (FileStream file = File.OpenWrite(OnlyContent()))
            file.SetLength(1000);
        Assert.Null(Get("a", Large));
        File.Delete(OnlyContent());
        Assert.Null(Get("a", Large));
        Assert.Equal(Large, Get("a"));
    }

    [Fact]
    public void No_damage_of_a_result_is_believed()
    {
        Assert.Null(Get("a", Large));
        string path = Assert.Single(Directory.GetFiles(Path.Combine(Folder, "ac")));
        byte[] whole = File.ReadAllBytes(path);
        for (int place = 0; place < whole.Length; place++)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.Null(Get("a", Large));
        }
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole.AsSpan(0, length));
            Assert.Null(Get("a", Large));
        }
    }

    [Fact]
    public void A_result_under_the_name_of_another_is_not_used()
    {
        Assert.Null(Get("a", Large));
        string one = Assert.Single(Directory.GetFiles(Path.Combine(Folder, "ac")));
        Assert.Null(Get("b", [1]));
        string other = Directory.GetFiles(Path.Combine(Folder, "ac")).Single(path => path != one);
        File.Copy(one, other, overwrite: true);
        Assert.Null(Get("b", [1]));
    }

    [Fact]
    public void What_cannot_be_kept_is_said_once_and_made_all_the_same()
    {
        _temp.Write("stages", "a file in the way");
        using var cache = new StageCache(Folder, _diagnostics);
        for (int number = 0; number < 3; number++)
        {
            FileContent made = cache.GetOrMake(cache.Key("test").Add("n", $"{number}"), () => FileContent.Of(Large));
            Assert.Equal(Large, made.ReadAll(1 << 20));
        }
        Assert.Equal("JC9221", Assert.Single(_diagnostics.Items).Rule.Code);
    }

    [Fact]
    public void Many_at_once_that_make_and_find_and_prune_see_whole_results_only()
    {
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number =>
        {
            var diagnostics = new DiagnosticBag();
            using var cache = new StageCache(Folder, diagnostics);
            byte[] wanted = new SeededRandom((ulong)(number % 5)).Bytes(150_000 + number % 5);
            FileContent content = cache.GetOrMake(
                cache.Key("test").Add("n", $"{number % 5}"), () => FileContent.Of(wanted));
            if (number % 7 == 0)
                new CacheUpkeep(Folder).Prune(0, null, DateTimeOffset.UtcNow);
            Assert.Equal(wanted, content.ReadAll(1 << 20));
            Assert.Empty(diagnostics.Items);
        });
    }

    [Fact]
    public void Pruning_takes_what_was_not_used_for_longest_and_what_a_killed_run_left()
    {
        Assert.Null(Get("old", Large));
        Assert.Null(Get("new", [.. Large, 1]));
        string old = Directory.GetFiles(Path.Combine(Folder, "ac"))
            .Single(path => File.ReadAllText(path).Contains("setting \"old\"", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-3));
        string leftover = Path.Combine(Folder, "cas", ".1-1.part");
        File.WriteAllBytes(leftover, new byte[1000]);
        File.SetLastWriteTimeUtc(leftover, DateTime.UtcNow.AddHours(-1));
        var upkeep = new CacheUpkeep(Folder);
        Assert.Equal(["test", "test"], upkeep.List().Select(result => result.Stage));

        CachePruning trial = upkeep.Prune(400_000, null, DateTimeOffset.UtcNow, isTrial: true);
        Assert.Equal((1, 300_001), (trial.Results, trial.BytesLeft));
        Assert.True(File.Exists(old) && File.Exists(leftover));
        upkeep.Prune(400_000, null, DateTimeOffset.UtcNow);
        Assert.False(File.Exists(old) || File.Exists(leftover));
        Assert.Equal([.. Large, 1], Get("new"));
        Assert.Null(Get("old", Large));
        Assert.Equal(0, upkeep.Prune(0, null, DateTimeOffset.UtcNow).BytesLeft);
        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, "cas")));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Verifying_reads_everything_also_what_the_system_says_nothing_of()
    {
        Assert.Null(Get("a", Large));
        string path = OnlyContent();
        byte[] bytes = File.ReadAllBytes(path);
        var upkeep = new CacheUpkeep(Folder);
        Assert.Equal((2, 300_000), (upkeep.Verify(_diagnostics, default).Files, upkeep.Verify(_diagnostics, default).Bytes));
        Thread.Sleep(20);
        bytes[1000] ^= 1;
        File.WriteAllBytes(path, bytes);
        upkeep.Verify(_diagnostics, default);
        Assert.Equal("JC9220", Assert.Single(_diagnostics.Items).Rule.Code);
        Assert.False(File.Exists(path));
    }
}
