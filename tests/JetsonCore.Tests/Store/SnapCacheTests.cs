// The cache: what a killed run leaves is gone on with, two runs share it, damage is seen, a full disk is said.
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Store;
using Xunit;

namespace JetsonCore.Tests.Store;

public sealed class SnapCacheTests : IDisposable
{
    private const int Length = 200_000;
    private readonly StoreWorld _world = new();

    public void Dispose() => _world.Dispose();

    private string Leave(byte[] bytes, string ending, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(_world.CacheFolder);
        string path = Path.Combine(_world.CacheFolder, $"{AssertionDigest.Of(bytes)}.{ending}");
        File.WriteAllBytes(path, content);
        return path;
    }

    [Fact]
    public void What_a_killed_run_left_is_gone_on_with()
    {
        byte[] bytes = _world.AddBytes("snap", Length);
        Leave(bytes, "part", bytes.AsSpan(0, 150_000));
        Assert.Equal(bytes, File.ReadAllBytes(_world.Succeed("snap").Snaps[0].Path));
        Assert.Equal(2, _world.Server.Count("bytes=150000-"));      // asked of the store, and where it redirects to
    }

    [Fact]
    public void A_whole_file_that_lacks_its_name_only_is_not_fetched_again()
    {
        byte[] bytes = _world.AddBytes("snap", Length);
        Leave(bytes, "part", bytes);
        Assert.Equal(bytes, File.ReadAllBytes(_world.Succeed("snap").Snaps[0].Path));
        Assert.Equal(0, _world.Server.Count("/cdn/"));
    }

    [Fact]
    public void A_part_of_something_else_is_thrown_away()
    {
        byte[] bytes = _world.AddBytes("snap", Length);
        Leave(bytes, "part", new byte[150_000]);
        Assert.Equal(bytes, File.ReadAllBytes(_world.Succeed("snap").Snaps[0].Path));
    }

    [Fact]
    public void A_part_that_is_too_long_is_thrown_away()
    {
        byte[] bytes = _world.AddBytes("snap", Length);
        Leave(bytes, "part", [.. bytes, 1, 2, 3]);
        Assert.Equal(bytes, File.ReadAllBytes(_world.Succeed("snap").Snaps[0].Path));
    }

    [Theory]
    [InlineData(Length)]
    [InlineData(Length - 1)]
    public void A_file_that_has_changed_is_told_and_fetched_again(int length)
    {
        byte[] bytes = _world.AddBytes("snap", Length);
        byte[] damaged = bytes[..length];
        damaged[77] ^= 1;
        Leave(bytes, "snap", damaged);
        var diagnostics = new DiagnosticBag();
        FetchedSnaps fetched = Assert.IsType<FetchedSnaps>(_world.Run(diagnostics, "snap"));
        Assert.Equal(bytes, File.ReadAllBytes(fetched.Snaps[0].Path));
        Assert.Equal("JC4316", Assert.Single(diagnostics.Items).Rule.Code);
    }

    [Fact]
    public void Two_runs_download_once()
    {
        byte[] bytes = _world.AddBytes("snap", Length);
        _world.Server.Fail(new("/cdn/") { Pause = TimeSpan.FromMilliseconds(30) });
        Parallel.For(0, 4, _ => Assert.Equal(bytes, File.ReadAllBytes(_world.Succeed("snap").Snaps[0].Path)));
        Assert.Equal(1, _world.Server.Count("/cdn/"));
    }

    [Fact]
    public void What_is_larger_than_the_disk_is_not_begun()
    {
        _world.AddBytes("snap", 10_000);
        string digest = AssertionDigest.Of(new byte[10_000]);
        var snap = new StoreSnap("snap", 7)
        {
            SnapId = StoreWorld.IdOf("snap"),
            Channel = "stable",
            Digest = digest,
            SizeBytes = 1L << 60,
            Facts = new(false, ""),
            Address = new(_world.Server.Url),
        };
        using FileStream part = File.Create(_world.Temp.File("part"));
        using var connection = new StoreConnection(_world.Settings);
        using var download = new SnapDownload(connection, StoreWorld.Quick, snap, part);
        UserErrorException failure = Assert.Throws<UserErrorException>(() =>
            StoreWorld.Wait(download.RunAsync(new(StoreWorld.Quick), CancellationToken.None)));
        Assert.Equal("JC4317", failure.Diagnostic.Rule.Code);
        Assert.Contains("1152921504606846976 bytes are to come, ", failure.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Empty(_world.Server.Log);
    }

    [Fact]
    public void A_run_that_is_called_off_leaves_a_part_and_nothing_else()
    {
        byte[] bytes = _world.AddBytes("snap", Length);
        _world.Server.Fail(new("/cdn/") { Pause = TimeSpan.FromMilliseconds(200) });
        using var cancellation = new CancellationTokenSource();
        using SnapFetch fetch = _world.Fetch();
        Task running = fetch.RunAsync([StoreWorld.Wish("snap")], null, new DiagnosticBag(), cancellation.Token);
        while (!Directory.Exists(_world.CacheFolder) || !new DirectoryInfo(_world.CacheFolder).GetFiles().Any(file => file.Length > 0))
            Thread.Sleep(10);
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => StoreWorld.Wait(running));
        string part = Assert.Single(Directory.GetFiles(_world.CacheFolder));
        Assert.EndsWith(".part", part, StringComparison.Ordinal);
        Assert.True(bytes.AsSpan().StartsWith(File.ReadAllBytes(part)));
        Assert.Equal(bytes, File.ReadAllBytes(_world.Succeed("snap").Snaps[0].Path));
    }
}
