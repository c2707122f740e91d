// The one door to the network: requests to a store by the class library's HTTP client, with its TLS, its redirects (at
// most ten, never from https to http, and without credentials at the new place) and the proxy of the variables
// https_proxy, http_proxy, all_proxy, no_proxy. No other file may use System.Net: see BannedSymbols.txt.
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using JetsonCore.Formats.Trees;

#pragma warning disable RS0030 // The one file that opens sockets.

namespace JetsonCore.Store;

/// <summary>What is asked of a store.</summary>
internal sealed record StoreRequest(Uri Address)
{
    /// <summary>What the answer shall be.</summary>
    public required string Accept { get; init; }

    /// <summary>JSON to be posted; null to get.</summary>
    public byte[]? Json { get; init; }

    /// <summary>Bytes to be put there; null to get.</summary>
    public FileContent? Put { get; init; }

    /// <summary>The first byte that is wanted.</summary>
    public long From { get; init; }

    /// <summary>The state that a part must belong to, or null.</summary>
    public string? EntityTag { get; init; }
}

/// <summary>A small answer.</summary>
internal sealed record StoreReply(int Status, byte[] Body)
{
    public bool IsOk => Status == 200;
}

internal sealed class StoreConnection : IDisposable
{
    private const int RedirectsMax = 10, HeadersKilobytesMax = 64, TooManyRequests = 429, TimedOut = 408;

    private readonly StoreSettings _settings;
    private readonly HttpClient _client;

    public StoreConnection(StoreSettings settings)
    {
        _settings = settings;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = settings.Patience.Connect,
            MaxAutomaticRedirections = RedirectsMax,
            MaxResponseHeadersLength = HeadersKilobytesMax,
            UseCookies = false,
        };
        _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose() => _client.Dispose();

    /// <summary>A small answer, whole.</summary>
    /// <exception cref="StoreTransferException">There is none.</exception>
    public async Task<StoreReply> AskAsync(StoreRequest request, int lengthMax, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_settings.Patience.Answer);
        using StoreBody body = await OpenAsync(request, cancellation);
        using var content = new MemoryStream();
        var buffer = new byte[1 << 14];
        while (await body.ReadAsync(buffer, limit.Token, cancellation) is > 0 and int read)
        {
            if (content.Length + read > lengthMax)
            {
                throw new StoreTransferException(
                    StoreRules.Answer, $"{request.Address} answers with more than {lengthMax} bytes");
            }
            content.Write(buffer, 0, read);
        }
        return new(body.Status, content.ToArray());
    }

    /// <summary>The beginning of an answer; of one that may be asked for again only the exception.</summary>
    /// <exception cref="StoreTransferException">There is none.</exception>
    public async Task<StoreBody> OpenAsync(StoreRequest request, CancellationToken cancellation)
    {
        if (_settings.IsOffline)
            throw new StoreTransferException(StoreRules.Offline, $"--offline forbids to ask {request.Address.Host}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_settings.Patience.Answer);
        HttpResponseMessage? response = null;
        try
        {
            using HttpRequestMessage message = MessageOf(request);
            response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            ThrowIfRefused(response, request);
            Stream stream = await response.Content.ReadAsStreamAsync(limit.Token);
            var body = new StoreBody(response, stream);
            response = null;
            return body;
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception, request);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw StoreBody.TooSlow($"{request.Address.Authority} has not answered in time");
        }
        finally
        {
            response?.Dispose();
        }
    }

    private HttpRequestMessage MessageOf(StoreRequest request)
    {
        var message = new HttpRequestMessage(request.Json is null ? HttpMethod.Get : HttpMethod.Post, request.Address);
        HttpRequestHeaders headers = message.Headers;
        headers.TryAddWithoutValidation("Accept", request.Accept);
        headers.TryAddWithoutValidation("User-Agent", "jetson-core (snapd's API v2)");
        if (request.Json is { } json)
        {
            message.Content = new ByteArrayContent(json);
            message.Content.Headers.ContentType = new("application/json");
        }
        if (request.Put is { } put)
        {
            message.Method = HttpMethod.Put;
            message.Content = new StreamContent(put.Open());
            message.Content.Headers.ContentLength = put.Length;
        }
        if (request.From > 0)
        {
            headers.Range = new(request.From, null);
            if (request.EntityTag is { } tag)
                headers.TryAddWithoutValidation("If-Range", tag);
        }
        if (!IsOfStore(request.Address))
            return message;
        headers.TryAddWithoutValidation("Snap-Device-Series", "16");
        headers.TryAddWithoutValidation("Snap-Device-Architecture", _settings.Architecture);
        headers.TryAddWithoutValidation("Snap-Device-Capabilities", "default-tracks");
        headers.TryAddWithoutValidation("Snap-Classic", "false");
        if (_settings.StoreId is { } store)
        {
            headers.TryAddWithoutValidation("Snap-Device-Store", store);
            headers.TryAddWithoutValidation("X-Ubuntu-Store", store);       // as downloads know it
        }
        if (_settings.Authorization is { } authorization)
            headers.TryAddWithoutValidation("Authorization", authorization);
        return message;
    }

    /// <summary>Whether the device and its user may be named there: others that a store sends to get neither.</summary>
    private bool IsOfStore(Uri address) => ((Uri[])[_settings.Api, _settings.Assertions])
        .Any(own => own.Scheme == address.Scheme && own.Authority == address.Authority);

    private void ThrowIfRefused(HttpResponseMessage response, StoreRequest request)
    {
        int status = (int)response.StatusCode;
        string said = $"{request.Address.Authority} answers with {status}";
        if (status is >= 300 and < 400)
        {
            throw new StoreTransferException(
                StoreRules.Refused, $"{said}: it redirects more than {RedirectsMax} times, or from https to http");
        }
        if (status is not (TooManyRequests or TimedOut or >= 500))
            return;
        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - TimeProvider.System.GetUtcNow(),
            _ => null,
        };
        bool isTooLong = wait > _settings.Patience.RetryAfterMax;
        if (isTooLong)
        {
            said += string.Create(
                CultureInfo.InvariantCulture, $" and asks to come again in {wait!.Value.TotalSeconds:0} s");
        }
        throw new StoreTransferException(StoreRules.Refused, said)
        {
            IsTransient = !isTooLong,
            RetryAfter = wait < TimeSpan.Zero ? TimeSpan.Zero : wait,
            Hint = "the store is busy or out of order: try again later",
        };
    }

    private static StoreTransferException Unreachable(HttpRequestException exception, StoreRequest request)
    {
        bool isUnknownHost = exception.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound };
        bool isTls = exception.HttpRequestError == HttpRequestError.SecureConnectionError;
        string cause = exception.InnerException is { } inner and not SocketException ? $": {inner.Message}" : "";
        return new(StoreRules.Unreachable, $"{request.Address.Authority}: {exception.Message}{cause}", exception)
        {
            IsTransient = !isUnknownHost && !isTls && exception.HttpRequestError is not
                (HttpRequestError.ProxyTunnelError or HttpRequestError.ConfigurationLimitExceeded),
            Hint = isTls
                ? "the certificate is not one that the system trusts; SSL_CERT_FILE names another list"
                : "check the network and the proxy's variables (https_proxy, no_proxy), or fetch elsewhere and build "
                    + "with --store-dir",
        };
    }
}

/// <summary>An answer that is read as it comes.</summary>
internal sealed class StoreBody : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _stream;

    public StoreBody(HttpResponseMessage response, Stream stream) => (_response, _stream) = (response, stream);

    public int Status => (int)_response.StatusCode;

    /// <summary>How much comes, if that is said.</summary>
    public long? Length => _response.Content.Headers.ContentLength;

    /// <summary>Which byte comes first, if it is a part.</summary>
    public long? From => Status == (int)HttpStatusCode.PartialContent
        ? _response.Content.Headers.ContentRange?.From : null;

    /// <summary>The state that it belongs to, if that is one for all its bytes.</summary>
    public string? EntityTag => _response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null;

    /// <summary>Reads on; 0 at the end.</summary>
    /// <param name="buffer">Takes what comes.</param>
    /// <param name="limit">Ends the reading because it takes too long.</param>
    /// <param name="cancellation">Ends it because the user wants so.</param>
    public async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            return await _stream.ReadAsync(buffer, limit);
        }
        catch (IOException exception)
        {
            throw new StoreTransferException(
                StoreRules.Unreachable, $"the connection broke: {exception.Message}", exception)
            {
                IsTransient = true,
                Hint = "try again: what was downloaded is kept",
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TooSlow("too little came in too long a time");
        }
    }

    public static StoreTransferException TooSlow(string message) => new(StoreRules.Unreachable, message)
    {
        IsTransient = true,
        Hint = "try again: what was downloaded is kept",
    };

    public void Dispose()
    {
        _stream.Dispose();
        _response.Dispose();
    }
}
#pragma warning restore RS0030
