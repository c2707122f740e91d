// A store with a few asserted snaps, a root that vouches for them, and a client that loses its patience quickly.
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Seed;
using JetsonCore.Snaps;
using JetsonCore.Store;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using JetsonCore.Tests.Snaps;
using Xunit;

namespace JetsonCore.Tests.Store;

internal sealed class StoreWorld : IDisposable
{
    public static readonly StorePatience Quick = new()
    {
        Connect = TimeSpan.FromSeconds(5),
        Answer = TimeSpan.FromSeconds(5),
        Window = TimeSpan.FromSeconds(5),
        Retries = 3,
        FirstDelay = TimeSpan.FromMilliseconds(5),
        RetryAfterMax = TimeSpan.FromSeconds(2),
    };

    private readonly OpenedSnaps _opened = new(null, null, null);

    public StoreWorld()
    {
        foreach (Assertion one in (Assertion[])[Chain.RootAccountAssertion, Chain.RootKeyAssertion, Chain.BrandAccountAssertion,
            Chain.BrandKeyAssertion])
        {
            Serve(one);
        }
    }

    public TestChain Chain { get; } = new();

    public TempFolder Temp { get; } = new();

    public StoreServer Server { get; } = StoreServer.Start();

    public string CacheFolder => Temp.File("cache", "jetson-core", "snaps");

    public SnapCache Cache => SnapCache.OfUser(name => name == "XDG_CACHE_HOME" ? Temp.File("cache") : null);

    public StoreSettings Settings => StoreSettings.Of(new() { Url = Server.Url }, "arm64", null, _ => null) with { Patience = Quick };

    public static string IdOf(string name) => name switch
    {
        "snapd" => "PMrrV4ml8uWuEUDBT8dSGnKUYbevVhc4",
        "core20" => "DLqre5XGLbDqg9jPtiAhRRjDuPVa5X1q",
        "core22" => "amcUKQILKXHHTlmSa7NMdnXSx02dNeeT",
        "core18" => "CSO04Jhav2yK0uz97cr0ipQRyqg0qQL6",
        _ => name.Replace("-", "", StringComparison.Ordinal).PadRight(32, 'x'),
    };

    /// <summary>Puts a snap into the store, with its assertions.</summary>
    public SnapFile Add(string yaml, int revision = 7, string[]? channels = null, params (string Path, string Text)[] files)
    {
        SnapFile snap = TestSnap.MakeReal(Temp, yaml, files);
        string kept = Temp.File("store", $"{snap.Name}-{revision}.snap");
        Directory.CreateDirectory(Temp.File("store"));
        File.Move(snap.Path, kept, overwrite: true);
        Directory.Delete(Temp.File($"tree-{snap.Name}"), recursive: true);
        AddFile(snap.Name, kept, revision, channels, snap);
        return snap;
    }

    /// <summary>The same, with what the store says of it besides.</summary>
    public void Add(string yaml, int revision, string[] channels, Func<StoreEntry, StoreEntry> change)
    {
        SnapFile snap = Add(yaml, revision, channels);
        Server.Change(snap.Name, revision, change);
    }

    /// <summary>Puts a file of random bytes into the store as if it were a snap.</summary>
    public byte[] AddBytes(string name, int length, int revision = 7)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        AddFile(name, Temp.Write($"store/{name}-{revision}.snap", bytes), revision, null, null);
        return bytes;
    }

    public void Serve(Assertion one, string? path = null)
    {
        string[] key = one.PrimaryKey[^1] == one.Type.LastKeyDefault ? [.. one.PrimaryKey[..^1]] : [.. one.PrimaryKey];
        Server.AddAssertion(path ?? $"{one.Type.Name}/{string.Join('/', key)}", one.ToBytes());
    }

    public SnapFetch Fetch(StoreSettings? settings = null) => new(settings ?? Settings, Cache, Chain.Roots);

    /// <summary>Fetches by names, each with its channel if it has one.</summary>
    public FetchedSnaps? Run(DiagnosticBag diagnostics, params string[] names)
    {
        using SnapFetch fetch = Fetch();
        return Run(fetch, null, diagnostics, names);
    }

    /// <summary>Fetches with a client of the test's own.</summary>
    public static FetchedSnaps? Run(SnapFetch fetch, Assertion? model, DiagnosticBag diagnostics, params string[] names) =>
        Wait(fetch.RunAsync([.. names.Select(Wish)], model, diagnostics, CancellationToken.None));

    /// <summary>What a seed is planned of, with what the store has given.</summary>
    public SeedInputs Inputs(ModelDefinition model, Assertion signed, FetchedSnaps fetched, DiagnosticBag diagnostics) => new()
    {
        Model = model,
        ModelAssertion = signed,
        ModelPath = "model",
        Snaps = [.. fetched.Snaps.Select(one => _opened.Open(one.Path, diagnostics, CancellationToken.None)!)],
        Assertions = [.. fetched.OfModel, .. fetched.Snaps.SelectMany(one => one.Assertions)],
        Roots = Chain.Roots,
        Channels = fetched.Snaps.ToDictionary(one => one.Snap.Name, one => one.Snap.Channel),
        Facts = fetched.Snaps.ToDictionary(one => one.Snap.Name, one => one.Snap.Facts),
    };

    /// <summary>What a task gives or throws.</summary>
    public static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    public static void Wait(Task task) => task.GetAwaiter().GetResult();

    public FetchedSnaps Succeed(params string[] names)
    {
        var diagnostics = new DiagnosticBag();
        FetchedSnaps? fetched = Run(diagnostics, names);
        Assert.Empty(diagnostics.Items);
        return Assert.IsType<FetchedSnaps>(fetched);
    }

    /// <summary>What is said when it fails; nothing wrong may be in the cache then.</summary>
    public Diagnostic Refuse(params string[] names)
    {
        var diagnostics = new DiagnosticBag();
        Diagnostic found;
        try
        {
            Assert.Null(Run(diagnostics, names));
            found = diagnostics.Items[0];
        }
        catch (UserErrorException failure)
        {
            found = failure.Diagnostic;
        }
        AssertCacheIsSound();
        return found;
    }

    /// <summary>Every file of the cache has the digest that its name says.</summary>
    public void AssertCacheIsSound()
    {
        if (!Directory.Exists(CacheFolder))
            return;
        foreach (string file in Directory.GetFiles(CacheFolder, "*.snap"))
        {
            using FileStream stream = File.OpenRead(file);
            Assert.Equal(Path.GetFileNameWithoutExtension(file), AssertionDigest.Of(stream));
        }
    }

    public static SnapWish Wish(string text) => text.Split('=') is [var name, var channel]
        ? new(name) { Channel = channel }
        : new(text) { Channel = "stable" };

    public void Dispose()
    {
        Server.Dispose();
        _opened.Dispose();
        Chain.Dispose();
        Temp.Dispose();
    }

    private void AddFile(string name, string path, int revision, string[]? channels, SnapFile? snap)
    {
        string digest = AssertionDigest.Of(File.ReadAllBytes(path));
        Serve(Declaration(name));
        Serve(Revision(name, digest, new FileInfo(path).Length, revision));
        var entry = new StoreEntry(name, IdOf(name), revision, path)
        {
            Type = snap?.Type.ToString().ToLowerInvariant() ?? "app",
            BaseName = snap?.Definition.RuntimeBase?.Value,
            Architectures = snap?.Definition.Architectures is [_, ..] given ? [.. given.Select(one => one.Value)] : ["all"],
        };
        Server.Add(channels is null ? entry : entry with { Channels = channels });
    }

    public Assertion Declaration(string name, string? snapName = null) => TestChain.Sign($$"""
        {
          "type": "snap-declaration", "authority-id": "testroot", "series": "16", "snap-id": "{{IdOf(name)}}",
          "snap-name": "{{snapName ?? name}}", "publisher-id": "my-brand", "timestamp": "2019-02-01T00:00:00Z"
        }
        """, Chain.RootKey);

    public Assertion Revision(string name, string digest, long size, int revision) => TestChain.Sign($$"""
        {
          "type": "snap-revision", "authority-id": "testroot", "snap-sha3-384": "{{digest}}", "snap-size": "{{size}}",
          "snap-id": "{{IdOf(name)}}", "snap-revision": "{{revision}}", "developer-id": "my-brand",
          "timestamp": "2019-02-01T00:00:00Z"
        }
        """, Chain.RootKey);
}
