// A cache that a fleet shares, by the HTTP protocol of Bazel's remote caches: GET and PUT of ac/KEY and cas/SHA256
// below an address; 404 where something is not there. bazel-remote speaks it, and so does any server of files that
// takes PUT, as nginx with its dav module. What comes is verified by who asks for it (StageCache).
// Spec: https://bazel.build/remote/caching#http-caching
using JetsonCore.Cache;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Store;

/// <summary>A remote cache.</summary>
internal sealed class RemoteCache : RemoteStages
{
    private const int Ok = 200, Created = 201, NoContent = 204, NotFound = 404, BufferBytes = 1 << 16;
    private const string AnyType = "*/*";
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly Uri _address;
    private readonly CancellationToken _cancellation;
    private readonly StoreConnection _connection;

    /// <param name="address">Below which ac and cas lie: "http://cache.example/jetson-core".</param>
    /// <param name="isOffline">Whether no socket may be opened.</param>
    /// <param name="cancellation">Ends what goes on.</param>
    /// <exception cref="UserErrorException">It is no address of HTTP.</exception>
    public RemoteCache(string address, bool isOffline, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(address.EndsWith('/') ? address : $"{address}/", UriKind.Absolute, out Uri? parsed)
            || parsed.Scheme is not ("http" or "https"))
        {
            throw new UserErrorException(FailureKind.Usage, StoreRules.Address, null,
                $"cannot use \"{address}\" as the address of a remote cache: it is no http:// or https:// address",
                "write it like https://cache.example/jetson-core");
        }
        (_address, _cancellation) = (parsed, cancellation);
        var nowhere = new Uri("https://store.invalid/");            // nothing is asked in a store's name
        _connection = new(new()
        {
            Api = nowhere,
            Assertions = nowhere,
            Architecture = "",
            IsOffline = isOffline,
        });
    }

    /// <inheritdoc/>
    public override byte[]? ReadResult(string key) => Ask(async () =>
    {
        StoreReply reply = await _connection.AskAsync(
            RequestOf(CacheFolders.Results, key), ActionResult.LengthMax, _cancellation);
        return reply.Status switch
        {
            Ok => reply.Body,
            NotFound => null,
            int other => throw Unexpected(other, "for a result"),
        };
    });

    /// <inheritdoc/>
    public override bool Download(StageFile file, Stream target) => Ask(async () =>
    {
        using StoreBody body = await _connection.OpenAsync(
            RequestOf(CacheFolders.Contents, file.Digest), _cancellation);
        if (body.Status == NotFound)
            return false;
        if (body.Status != Ok)
            throw Unexpected(body.Status, "for bytes");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        var buffer = new byte[BufferBytes];
        for (long left = file.SizeBytes; ;)
        {
            limit.CancelAfter(LongestSilence);
            int read = await body.ReadAsync(buffer, limit.Token, _cancellation);
            if (read == 0)
                return true;
            if (read > left)
                throw new IOException($"{_address.Authority} answers with more bytes than {file.Digest} has");
            target.Write(buffer.AsSpan(0, read));
            left -= read;
        }
    });

    /// <inheritdoc/>
    public override void Upload(string kind, string name, FileContent content) => Ask(async () =>
    {
        using StoreBody body = await _connection.OpenAsync(RequestOf(kind, name) with { Put = content }, _cancellation);
        return body.Status is Ok or Created or NoContent ? true : throw Unexpected(body.Status, "to a PUT");
    });

    /// <inheritdoc/>
    public override void Dispose() => _connection.Dispose();

    private StoreRequest RequestOf(string kind, string name) =>
        new(new Uri(_address, $"{kind}/{name}")) { Accept = AnyType };

    private IOException Unexpected(int status, string to) => new($"{_address.Authority} answers with {status} {to}");

    private static T Ask<T>(Func<Task<T>> ask)
    {
        try
        {
            return Task.Run(ask).GetAwaiter().GetResult();
        }
        catch (StoreTransferException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
