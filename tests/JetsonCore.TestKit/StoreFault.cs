// What goes wrong in the store of the tests, for the next requests whose path has a text in it.
namespace JetsonCore.TestKit;

public sealed class StoreFault(string pathPart, int times = 1)
{
    /// <summary>What a request's path must have in it.</summary>
    public string PathPart { get; } = pathPart;

    /// <summary>For how many requests.</summary>
    public int Times { get; set; } = times;

    /// <summary>Answer with this status.</summary>
    public int? Status { get; init; }

    /// <summary>And with this header Retry-After.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>And with this text.</summary>
    public string? Body { get; init; }

    /// <summary>Redirect to this address.</summary>
    public string? RedirectTo { get; init; }

    /// <summary>Send so many bytes and break off; of JSON and assertions, end there.</summary>
    public int? CutAt { get; init; }

    /// <summary>Send an eighth, and wait so long.</summary>
    public TimeSpan? Pause { get; init; }

    /// <summary>Send other bytes.</summary>
    public Func<byte[], byte[]>? Change { get; init; }

    /// <summary>Send all of it, whatever part was asked for.</summary>
    public bool IgnoresRange { get; init; }

    /// <summary>Send another assertion.</summary>
    public string? OtherPath { get; init; }

    /// <summary>Change the text of an answer.</summary>
    public (string From, string To)? Replace { get; init; }
}
