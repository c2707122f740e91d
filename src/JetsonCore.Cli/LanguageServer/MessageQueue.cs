// Messages that have come and were not answered yet. They are read by a thread of its own, so that a request can be
// cancelled before it is its turn, and so that nothing is judged that another key press has made old. What waits is
// bounded: then nothing more is read.
using System.Text.Json;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>A queue of messages.</summary>
internal sealed class MessageQueue
{
    private const int CountMax = 1000;

    private readonly LinkedList<IncomingMessage> _waiting = new();
    private readonly object _lock = new();
    private long _bytes;
    private bool _isEnded;

    /// <summary>Whether there is nothing to be taken now.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _waiting.Count == 0;
        }
    }

    /// <summary>Reads a stream to its end, or to where nothing can be made of it.</summary>
    public void Fill(MessageReader reader)
    {
        try
        {
            while (reader.Read() is { } message)
            {
                Add(message);
                if (message.IsLast)
                    break;
            }
        }
        catch (IOException)             // nobody will say anything more
        {
        }
        finally
        {
            lock (_lock)
            {
                _isEnded = true;
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>The next message, once there is one; null at the end.</summary>
    public IncomingMessage? Take()
    {
        lock (_lock)
        {
            while (_waiting.Count == 0 && !_isEnded)
                Monitor.Wait(_lock);
            if (_waiting.First is not { Value: var first })
                return null;
            _waiting.RemoveFirst();
            _bytes -= first.Length;
            Monitor.PulseAll(_lock);
            return first;
        }
    }

    private void Add(IncomingMessage message)
    {
        if (IdOfCancelled(message) is { } id)
        {
            Cancel(id);
            return;
        }
        lock (_lock)
        {
            while (_waiting.Count >= CountMax
                || (_waiting.Count > 0 && _bytes + message.Length > MessageReader.LengthMax))
            {
                Monitor.Wait(_lock);
            }
            _waiting.AddLast(message);
            _bytes += message.Length;
            Monitor.PulseAll(_lock);
        }
    }

    private static string? IdOfCancelled(IncomingMessage message) =>
        message.Content?.RootElement is { ValueKind: JsonValueKind.Object } root
        && root.TryGetProperty("method", out JsonElement method) && method.ValueKind == JsonValueKind.String
        && method.ValueEquals("$/cancelRequest") && root.TryGetProperty("params", out JsonElement parameters)
        && parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("id", out JsonElement id)
            ? id.GetRawText() : null;

    private void Cancel(string id)
    {
        lock (_lock)
        {
            foreach (IncomingMessage message in _waiting)
            {
                if (message.Content?.RootElement is { ValueKind: JsonValueKind.Object } root
                    && root.TryGetProperty("id", out JsonElement own) && own.GetRawText() == id)
                {
                    message.IsCancelled = true;
                }
            }
        }
    }
}
