// One stage of a run: what is done, and how far it has come.
using System.Diagnostics;

namespace JetsonCore.Files;

/// <summary>A stage that is worked on, or has ended.</summary>
public sealed class WorkStage
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _doneBytes;
    private TimeSpan? _duration;

    internal WorkStage(int number, string name, long totalBytes) =>
        (Number, Name, TotalBytes) = (number, name, totalBytes);

    /// <summary>1 for the first stage of a run.</summary>
    public int Number { get; }

    /// <summary>What is done.</summary>
    public string Name { get; }

    /// <summary>How many bytes it works on, about; 0 where that is not known.</summary>
    public long TotalBytes { get; }

    /// <summary>How many bytes are done: in the end a little more or less than all.</summary>
    public long DoneBytes => Interlocked.Read(ref _doneBytes);

    /// <summary>How long it has taken, so far or in all.</summary>
    public TimeSpan Duration => _duration ?? Stopwatch.GetElapsedTime(_start);

    /// <summary>Whether it ended by a failure.</summary>
    public bool IsFailed { get; private set; }

    /// <summary>Says that so many more bytes are done; any thread may.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _doneBytes, bytes);

    internal void End(bool isDone)
    {
        _duration = Stopwatch.GetElapsedTime(_start);
        IsFailed = !isDone;
    }
}
