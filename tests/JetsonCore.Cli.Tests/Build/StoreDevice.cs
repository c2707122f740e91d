// The snaps of a VouchedDevice in a store of the tests, and an app of a megabyte besides.
using System.Security.Cryptography;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class StoreDevice : IDisposable
{
    public const string AppId = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    public const int AppBytes = 1 << 20;

    private readonly VouchedDevice _device = new();

    public StoreDevice()
    {
        var noise = new byte[AppBytes];
        new Random(1).NextBytes(noise);
        Directory.CreateDirectory(File("app", "meta"));
        System.IO.File.WriteAllBytes(File("app", "noise"), noise);
        System.IO.File.WriteAllText(File("app", "meta", "snap.yaml"), "name: app\nversion: 1\nbase: core18\n");
        _device.VouchFor("app", AppId);
        Server.AddAssertion("account/brand", Bytes("account.assert"));
        Server.AddAssertion($"account-key/{_device.KeyId}", Bytes("key.assert"));
        foreach ((string name, string id) in VouchedDevice.Snaps.Append(("app", AppId)))
            Serve(name, id);
        string model = System.IO.File.ReadAllText(File("model.json"));
        Model = model.Replace("{", "{\"timestamp\": \"2019-11-13T15:40:00Z\", ", StringComparison.Ordinal);
        Sign("tiny.model", Model);
    }

    /// <summary>The headers of the model, as JSON.</summary>
    public string Model { get; }

    public StoreServer Server { get; } = StoreServer.Start();

    public string File(params string[] parts) => _device.File(parts);

    /// <summary>The program with a cache of this name, and more of the environment.</summary>
    internal ProgramProcess Program(string cache, params (string Name, string Value)[] more) => new(
        new Dictionary<string, string>(more.Select(one => KeyValuePair.Create(one.Name, one.Value)))
        {
            ["SOURCE_DATE_EPOCH"] = "1573659600",
            ["XDG_DATA_HOME"] = File("data"),
            ["XDG_CACHE_HOME"] = File(cache),
            // Where the program is not the published one, it has a runtime with sockets and large files of its own.
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0",
        }, File());

    public byte[] Bytes(params string[] parts) => System.IO.File.ReadAllBytes(File(parts));

    /// <summary>Signs a statement of the brand.</summary>
    public void Sign(string file, string json)
    {
        System.IO.File.WriteAllText(File("brand.json"), json);
        _device.Run("sign", "-k", "tester", "brand.json", "-o", file);
    }

    /// <summary>Puts a file into the store as if it were a snap.</summary>
    public void ServeFile(string name, string id)
    {
        _device.VouchForFile(name, id);
        Serve(name, id);
    }

    /// <summary>Puts a snap into the store.</summary>
    public void Serve(string name, string id)
    {
        using FileStream file = System.IO.File.OpenRead(File($"{name}.snap"));
        string digest = Convert.ToBase64String(SHA3_384.HashData(file)).Replace('+', '-').Replace('/', '_');
        Server.AddAssertion($"snap-declaration/16/{id}", Bytes($"{name}.declaration"));
        Server.AddAssertion($"snap-revision/{digest}", Bytes($"{name}.revision"));
        Server.Add(new(VouchedDevice.NameOf(name), id, 7, File($"{name}.snap")));
    }

    public void Dispose()
    {
        Server.Dispose();
        _device.Dispose();
    }
}
