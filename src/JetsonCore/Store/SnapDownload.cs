// Downloads one file into what has come of it so far, digesting while it arrives; memory does not grow with it. What
// came before is digested first and the rest asked for by a range. Nothing is believed but the digest: a whole file
// with another one is thrown away and asked for once more.
// Peer: snapd store/store_download.go.
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using JetsonCore.Diagnostics;

namespace JetsonCore.Store;

internal sealed class SnapDownload : IDisposable
{
    private const int BufferBytes = 128 << 10, WorthStartingAnew = 1 << 20;

    private readonly StoreConnection _connection;
    private readonly StorePatience _patience;
    private readonly StoreSnap _snap;
    private readonly FileStream _file;
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA3_384);
    private readonly byte[] _buffer = new byte[BufferBytes];
    private long _position;
    private string? _entityTag;

    public SnapDownload(StoreConnection connection, StorePatience patience, StoreSnap snap, FileStream file) =>
        (_connection, _patience, _snap, _file) = (connection, patience, snap, file);

    public void Dispose() => _digest.Dispose();

    /// <summary>Completes the file.</summary>
    /// <exception cref="UserErrorException">The store does not send what it announced, or there is no room.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task RunAsync(StoreRetries retries, CancellationToken cancellation)
    {
        try
        {
            DigestWhatIsThere(cancellation);
            for (bool isLast = false; ; isLast = true)
            {
                RequireRoom();
                // What breaks off after much has come begins a new row of attempts.
                while (!await retries.RunAsync(ReadOnAsync, cancellation))
                {
                }
                string digest = Base64Url.EncodeToString(_digest.GetHashAndReset());
                if (digest == _snap.Digest)
                    return;
                Restart();
                if (isLast)
                    throw Other($"its digest is {digest}, announced was {_snap.Digest}");
            }
        }
        catch (StoreTransferException failure)
        {
            throw failure.ForUser($"download {_snap.Name}, revision {_snap.Revision}");
        }
    }

    private void DigestWhatIsThere(CancellationToken cancellation)
    {
        if (_file.Length > _snap.SizeBytes)
            _file.SetLength(0);
        while (_file.Read(_buffer) is > 0 and int read)
        {
            cancellation.ThrowIfCancellationRequested();
            _digest.AppendData(_buffer, 0, read);
            _position += read;
        }
    }

    private void Restart()
    {
        _digest.GetHashAndReset();
        (_position, _entityTag) = (0, null);
        _file.SetLength(0);
        _file.Position = 0;
    }

    private void RequireRoom()
    {
        long needed = _snap.SizeBytes - _position;
        long free = new DriveInfo(Path.GetDirectoryName(_file.Name)!).AvailableFreeSpace;
        if (free >= needed)
            return;
        throw new UserErrorException(FailureKind.Environment, StoreRules.NoRoom, Path.GetDirectoryName(_file.Name),
            string.Create(CultureInfo.InvariantCulture,
                $"cannot download {_snap.Name}: {needed} bytes are to come, {free} are free"),
            "make room, or set XDG_CACHE_HOME to a folder on another disk");
    }

    /// <summary>One request; whether the file is whole then.</summary>
    private async Task<bool> ReadOnAsync(CancellationToken cancellation)
    {
        long start = _position;
        if (start == _snap.SizeBytes)
            return true;
        try
        {
            using StoreBody body = await _connection.OpenAsync(new(_snap.Address)
            {
                Accept = "*/*",
                From = start,
                EntityTag = _entityTag,
            }, cancellation);
            Begin(body);
            await KeepAsync(body, cancellation);
            if (_position == _snap.SizeBytes)
                return true;
            throw new StoreTransferException(
                StoreRules.Unreachable, $"it ended after {_position} of {_snap.SizeBytes} bytes")
            {
                IsTransient = true,
            };
        }
        catch (StoreTransferException failure) when (failure.IsTransient && _position - start >= WorthStartingAnew)
        {
            return false;
        }
    }

    /// <summary>Whether what comes fits what is there; what is there goes where it does not.</summary>
    private void Begin(StoreBody body)
    {
        const int outOfRange = 416;
        if (body.Status == outOfRange || (body.From is { } from && from != _position))
        {
            Restart();
            throw new StoreTransferException(StoreRules.Answer, "the store sends another part than was asked for")
            {
                IsTransient = true,
            };
        }
        if (body.Status == 200 && _position > 0)
            Restart();                      // all of it comes again: another state, or parts are not served
        else if (body.Status is not (200 or 206))
        {
            throw new StoreTransferException(StoreRules.Refused,
                $"{_snap.Address.Authority} answers with {body.Status}")
            {
                Hint = body.Status is 401 or 402 or 403
                    ? "give credentials with --store-auth FILE, as \"snapcraft export-login\" writes them" : null,
            };
        }
        if (body.Length is { } length && _position + length != _snap.SizeBytes)
            throw Other($"{_position + length} bytes come, announced were {_snap.SizeBytes}");
        _entityTag = body.EntityTag ?? _entityTag;
    }

    private async Task KeepAsync(StoreBody body, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience.Window);
        int inWindow = 0;
        while (await body.ReadAsync(_buffer, limit.Token, cancellation) is > 0 and int read)
        {
            if (read > _snap.SizeBytes - _position)
            {
                Restart();
                throw Other($"more than the announced {_snap.SizeBytes} bytes come");
            }
            _file.Write(_buffer, 0, read);
            _digest.AppendData(_buffer, 0, read);
            _position += read;
            inWindow += read;
            if (inWindow < _patience.WindowBytes)
                continue;
            limit.CancelAfter(_patience.Window);
            inWindow = 0;
        }
    }

    private StoreTransferException Other(string how) => new(StoreRules.OtherBytes, how)
    {
        Hint = $"the store, or a proxy before it, sends something else: {_snap.Address.Authority}",
    };
}
