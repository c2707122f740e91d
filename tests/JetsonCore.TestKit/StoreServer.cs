// A Snap Store on 127.0.0.1 that answers as the real one does, as far as snapd 2.57.6 and we ask it: the API v2's
// refresh endpoint, assertions, downloads that redirect to a "CDN" with ranges and entity tags. It refuses what the real
// one refuses (no epoch, another series, another architecture), and has faults when a test wants them. Through
// http_proxy it serves as a proxy too.
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace JetsonCore.TestKit;

/// <summary>A snap of the store.</summary>
public sealed record StoreEntry(string Name, string SnapId, int Revision, string Path)
{
    public string[] Channels { get; init; } = ["latest/stable", "stable"];

    public string[] Architectures { get; init; } = ["all"];

    public string Type { get; init; } = "app";

    public string? BaseName { get; init; }

    public string SnapYaml { get; init; } = "";

    public string PublisherId { get; init; } = "my-brand";

    public string? RedirectChannel { get; init; }

    public string Confinement { get; init; } = "strict";

    public bool IsPrivate { get; init; }

    public string Contact { get; init; } = "";
}

public sealed class StoreServer : IDisposable
{
    private const int WholeMax = 64 << 20;

    private readonly WebApplication _app;
    private readonly List<StoreEntry> _entries = [];
    private readonly ConcurrentDictionary<string, byte[]> _assertions = new(StringComparer.Ordinal);
    private readonly List<StoreFault> _faults = [];
    private int _running;

    private StoreServer(bool isTls)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (isTls)
                listen.UseHttps(SelfSigned());
        }));
        _app = builder.Build();
        _app.Run(HandleAsync);
        _app.Start();
        Url = _app.Urls.First() + "/";
    }

    /// <summary>Its address, with a slash at the end.</summary>
    public string Url { get; }

    /// <summary>What was asked: "POST 127.0.0.1:…/v2/snaps/refresh".</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>What Authorization must say; null where anyone may ask.</summary>
    public string? Authorization { get; set; }

    /// <summary>What Proxy-Authorization must say; null where anyone may pass.</summary>
    public string? ProxyAuthorization { get; set; }

    /// <summary>The store that a device must name, or null.</summary>
    public string? StoreId { get; set; }

    /// <summary>The most downloads that ran at a time.</summary>
    public int SideBySide { get; private set; }

    public static StoreServer Start(bool isTls = false) => new(isTls);

    public void Add(StoreEntry entry)
    {
        lock (_entries)
            _entries.Add(entry);
    }

    /// <summary>Changes what is said of a snap.</summary>
    public void Change(string name, int revision, Func<StoreEntry, StoreEntry> change)
    {
        lock (_entries)
        {
            int index = _entries.FindIndex(entry => entry.Name == name && entry.Revision == revision);
            _entries[index] = change(_entries[index]);
        }
    }

    /// <summary>Takes a snap away, as stores do with what is faulty.</summary>
    public void Remove(string name)
    {
        lock (_entries)
            _entries.RemoveAll(entry => entry.Name == name);
    }

    /// <summary>Adds an assertion by its path: "account/my-brand".</summary>
    public void AddAssertion(string path, byte[] text) => _assertions[path] = text;

    public void RemoveAssertion(string path) => _assertions.TryRemove(path, out _);

    /// <summary>Lets something go wrong.</summary>
    public void Fail(StoreFault fault)
    {
        lock (_faults)
            _faults.Add(fault);
    }

    /// <summary>How often something was asked that has this in its line of the log.</summary>
    public int Count(string part) => Log.Count(line => line.Contains(part, StringComparison.Ordinal));

    public void Dispose()
    {
        _app.StopAsync(new CancellationToken(canceled: true)).GetAwaiter().GetResult();
        ((IDisposable)_app).Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private async Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "";
        Log.Enqueue($"{request.Method} {request.Host}{path}{request.QueryString} {request.Headers.Range}".TrimEnd());
        if (ProxyAuthorization is { } password && request.Headers.ProxyAuthorization != password)
        {
            context.Response.StatusCode = 407;
            context.Response.Headers.ProxyAuthenticate = "Basic realm=\"proxy\"";
            return;
        }
        StoreFault? fault = Take(path);
        if (fault is { Status: { } status })
        {
            context.Response.StatusCode = status;
            if (fault.RetryAfter is { } after)
                context.Response.Headers.RetryAfter = after;
            await context.Response.WriteAsync(fault.Body ?? "");
            return;
        }
        if (fault is { RedirectTo: { } place })
        {
            context.Response.Redirect(place);
            return;
        }
        if (Authorization is { } wanted && !path.StartsWith("/cdn/", StringComparison.Ordinal) && request.Headers.Authorization != wanted)
            await ErrorAsync(context, 401, "macaroon-authorization-required", "no credentials");
        else if (path == "/v2/snaps/refresh" && request.Method == "POST")
            await ActAsync(context, fault);
        else if (path.StartsWith("/v2/assertions/", StringComparison.Ordinal))
            await AssertAsync(context, path["/v2/assertions/".Length..], fault);
        else if (path.StartsWith("/api/v1/snaps/download/", StringComparison.Ordinal))
            context.Response.Redirect($"{request.Scheme}://{request.Host}/cdn/{path.Split('/')[^1]}");
        else if (path.StartsWith("/cdn/", StringComparison.Ordinal))
            await SendAsync(context, path.Split('/')[^1], fault);
        else
            await ErrorAsync(context, 404, "resource-not-found", "no such endpoint");
    }

    private StoreFault? Take(string path)
    {
        lock (_faults)
        {
            if (_faults.FirstOrDefault(one => path.Contains(one.PathPart, StringComparison.Ordinal)) is not { } fault)
                return null;
            if (--fault.Times == 0)
                _faults.Remove(fault);
            return fault;
        }
    }

    private static Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"error-list":[{"code":"{{code}}","message":"{{message}}"}]}""");
    }

    private async Task ActAsync(HttpContext context, StoreFault? fault)
    {
        HttpRequest request = context.Request;
        JsonNode? body = await JsonNode.ParseAsync(request.Body);
        if (request.Headers["Snap-Device-Series"] != "16" || request.ContentType != "application/json"
            || body?["context"] is not JsonArray current || body["actions"] is not JsonArray actions
            || body["fields"] is not JsonArray fields || (StoreId is not null && request.Headers["Snap-Device-Store"] != StoreId))
        {
            await ErrorAsync(context, 400, "api-error", "this is no request of the API");
            return;
        }
        string architecture = request.Headers["Snap-Device-Architecture"].ToString();
        string[] wanted = [.. fields.Select(field => (string)field!)];
        _ = current;
        string answer = new JsonObject
        {
            ["results"] = new JsonArray([.. actions.Select(action => Result(action!.AsObject(), architecture, wanted, request))]),
            ["error-list"] = new JsonArray(),
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(fault is { CutAt: { } cut } ? answer[..cut]
            : fault is { Replace: { } replace } ? answer.Replace(replace.From, replace.To, StringComparison.Ordinal)
            : answer);
    }

    private JsonObject Result(JsonObject action, string architecture, string[] fields, HttpRequest request)
    {
        string? key = (string?)action["instance-key"], name = (string?)action["name"];
        JsonObject Error(string code, string message, StoreEntry[] releases) => new()
        {
            ["result"] = "error",
            ["instance-key"] = key,
            ["name"] = name,
            ["error"] = new JsonObject
            {
                ["code"] = code,
                ["message"] = message,
                ["extra"] = new JsonObject
                {
                    ["releases"] = new JsonArray([.. releases.SelectMany(entry => entry.Channels.Select(channel =>
                        (JsonNode)new JsonObject { ["architecture"] = entry.Architectures[0], ["channel"] = channel }))]),
                },
            },
        };
        StoreEntry[] named;
        lock (_entries)
            named = [.. _entries.Where(entry => entry.Name == name)];
        if ((string?)action["action"] is not ("download" or "install") || !action.ContainsKey("epoch") || key is null)
            return Error("api-error", "bad action", []);
        if (named is [])
            return Error("name-not-found", "No snap of that name", []);
        int? revision = (int?)action["revision"];
        string channel = (string?)action["channel"] ?? "stable";
        StoreEntry? found = named.FirstOrDefault(entry =>
            (revision is null ? entry.Channels.Contains(channel) : entry.Revision == revision)
            && (entry.Architectures.Contains("all") || entry.Architectures.Contains(architecture)));
        if (found is null)
            return Error("revision-not-found", "No revision", named);
        var result = new JsonObject
        {
            ["result"] = (string?)action["action"],
            ["instance-key"] = key,
            ["snap-id"] = found.SnapId,
            ["name"] = name,
            ["effective-channel"] = channel,
            ["snap"] = Snap(found, fields, request),
        };
        if (found.RedirectChannel is { } other)
            result["redirect-channel"] = other;
        return result;
    }

    private static JsonObject Snap(StoreEntry entry, string[] fields, HttpRequest request)
    {
        using FileStream file = File.OpenRead(entry.Path);
        var all = new JsonObject
        {
            ["architectures"] = new JsonArray([.. entry.Architectures.Select(one => (JsonNode)one)]),
            ["base"] = entry.BaseName,
            ["confinement"] = entry.Confinement,
            ["contact"] = entry.Contact,
            ["created-at"] = "2019-02-01T00:00:00.000000+00:00",
            ["description"] = "",
            ["download"] = new JsonObject
            {
                ["deltas"] = new JsonArray(),
                ["sha3-384"] = Convert.ToHexStringLower(SHA3_384.HashData(file)),
                ["size"] = file.Length,
                ["url"] = $"{request.Scheme}://{request.Host}/api/v1/snaps/download/{entry.SnapId}_{entry.Revision}.snap",
            },
            ["epoch"] = new JsonObject { ["read"] = new JsonArray(0), ["write"] = new JsonArray(0) },
            ["name"] = entry.Name,
            ["prices"] = new JsonObject(),
            ["private"] = entry.IsPrivate,
            ["publisher"] = new JsonObject
            {
                ["id"] = entry.PublisherId,
                ["username"] = entry.PublisherId,
                ["display-name"] = entry.PublisherId,
                ["validation"] = "unproven",
            },
            ["revision"] = entry.Revision,
            ["snap-id"] = entry.SnapId,
            ["snap-yaml"] = entry.SnapYaml,
            ["summary"] = "",
            ["title"] = entry.Name,
            ["type"] = entry.Type,
            ["version"] = "1",
        };
        return new(all.Where(field => fields.Contains(field.Key)).ToArray()
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
    }

    private async Task AssertAsync(HttpContext context, string path, StoreFault? fault)
    {
        if (context.Request.Headers.Accept != "application/x.ubuntu.assertion" || !context.Request.Query.ContainsKey("max-format"))
        {
            await ErrorAsync(context, 406, "not-acceptable", "assertions are application/x.ubuntu.assertion");
            return;
        }
        path = fault?.OtherPath ?? path;
        if (context.Request.Query["sequence"] is [{ } sequence])
            path = Sequence(path, sequence) ?? "";
        if (!_assertions.TryGetValue(path, out byte[]? text))
        {
            await ErrorAsync(context, 404, "not-found", "not found: no assertion");
            return;
        }
        context.Response.ContentType = "application/x.ubuntu.assertion";
        await context.Response.Body.WriteAsync(fault is { CutAt: { } cut } ? text.AsMemory(0, cut) : text);
    }

    /// <summary>One of those that follow each other, or the newest.</summary>
    private string? Sequence(string path, string sequence) => sequence != "latest" ? $"{path}/{sequence}"
        : _assertions.Keys.Where(key => key.StartsWith($"{path}/", StringComparison.Ordinal))
            .MaxBy(key => int.Parse(key[(path.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private async Task SendAsync(HttpContext context, string file, StoreFault? fault)
    {
        StoreEntry? entry;
        lock (_entries)
            entry = _entries.FirstOrDefault(one => $"{one.SnapId}_{one.Revision}.snap" == file);
        if (entry is null)
        {
            context.Response.StatusCode = 404;
            return;
        }
        int running = Interlocked.Increment(ref _running);
        lock (_entries)
            SideBySide = Math.Max(SideBySide, running);
        try
        {
            if (new FileInfo(entry.Path) is { Length: > WholeMax } large)
                await SendLargeAsync(context, large);
            else
                await SendAsync(context, await File.ReadAllBytesAsync(entry.Path), fault);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static Task SendLargeAsync(HttpContext context, FileInfo file)
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Length;
        return context.Response.SendFileAsync(file.FullName, context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, byte[] bytes, StoreFault? fault)
    {
        bytes = fault?.Change?.Invoke(bytes) ?? bytes;
        string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"";
        context.Response.Headers.ETag = tag;
        context.Response.ContentType = "application/octet-stream";
        int from = 0;
        string range = context.Request.Headers.Range.ToString();
        string condition = context.Request.Headers.IfRange.ToString();
        if (range.StartsWith("bytes=", StringComparison.Ordinal) && fault is not { IgnoresRange: true }
            && (condition is "" || condition == tag))
        {
            from = int.Parse(range[6..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }
        context.Response.ContentLength = bytes.Length - from;
        await context.Response.StartAsync();
        int end = fault is { CutAt: { } cut } ? Math.Min(bytes.Length, from + cut) : bytes.Length;
        int step = fault?.Pause > TimeSpan.Zero ? Math.Max(1, (end - from) / 8) : 1 << 16;
        for (int at = from; at < end; at += step)
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(step, end - at)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (fault?.Pause is { } pause)
                await Task.Delay(pause, context.RequestAborted);
        }
        if (end < bytes.Length)
        {
            await Task.Delay(100);          // what was sent before the reset gets there
            context.Abort();
        }
    }
}
