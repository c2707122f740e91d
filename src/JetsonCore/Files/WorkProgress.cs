// Which stages a run is in, how far each has come and how long each took. Stages may run side by side. Times go to
// people and programs that watch (--timings, --progress json) and never into an output. Who watches asks when it wants
// to: a stage that nobody watches costs two readings of the clock.
using System.Collections.Immutable;
using System.Diagnostics;

namespace JetsonCore.Files;

/// <summary>Takes stages as they begin and end; several threads may use it.</summary>
/// <param name="begun">Called when a stage begins, by one thread at a time; null for nobody.</param>
/// <param name="ended">Called when it has ended, however; null for nobody.</param>
public sealed class WorkProgress(Action<WorkStage>? begun = null, Action<WorkStage>? ended = null)
{
    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private ImmutableArray<WorkStage> _finished = [], _running = [];
    private int _count;

    /// <summary>The finished stages, as they ended.</summary>
    public ImmutableArray<WorkStage> Finished
    {
        get
        {
            lock (_gate)
                return _finished;
        }
    }

    /// <summary>The stages that are being worked on, as they began.</summary>
    public ImmutableArray<WorkStage> Running
    {
        get
        {
            lock (_gate)
                return _running;
        }
    }

    /// <summary>How long it all has taken so far: less than all stages where some ran side by side.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Runs a stage of which it is not known how many bytes it works on.</summary>
    /// <param name="name">What is done: "pack the kernel".</param>
    /// <param name="work">Does it.</param>
    public T Stage<T>(string name, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Stage(name, 0, _ => work());
    }

    /// <summary>Runs a stage that hands nothing on.</summary>
    public void Stage(string name, long totalBytes, Action<WorkStage> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        _ = Stage(name, totalBytes, stage =>
        {
            work(stage);
            return true;
        });
    }

    /// <summary>Runs a stage.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="totalBytes">How many bytes it works on, about; 0 where that is not known.</param>
    /// <param name="work">Does it, and says how many bytes are done.</param>
    public T Stage<T>(string name, long totalBytes, Func<WorkStage, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        WorkStage stage;
        lock (_gate)
        {
            stage = new(++_count, name, totalBytes);
            _running = _running.Add(stage);
            begun?.Invoke(stage);
        }
        bool isDone = false;
        try
        {
            T result = work(stage);
            isDone = true;
            return result;
        }
        finally
        {
            lock (_gate)
            {
                stage.End(isDone);
                _running = _running.Remove(stage);
                _finished = _finished.Add(stage);
                ended?.Invoke(stage);
            }
        }
    }
}
