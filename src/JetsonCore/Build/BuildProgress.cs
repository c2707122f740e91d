// Tells which stage a build is in and how long each took. Stages may run side by side. Times go to people (--timings)
// and never into an output.
using System.Collections.Immutable;
using System.Diagnostics;

namespace JetsonCore.Build;

/// <summary>One finished stage.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Duration">How long it took.</param>
public sealed record StageTiming(string Name, TimeSpan Duration);

/// <summary>Reports stages as they begin and remembers how long they took; several threads may use it.</summary>
/// <param name="begun">Called with a stage's name when it begins, by one thread at a time.</param>
public sealed class BuildProgress(Action<string> begun)
{
    private readonly Lock _gate = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private ImmutableArray<StageTiming> _timings = [];

    /// <summary>The finished stages, as they ended.</summary>
    public ImmutableArray<StageTiming> Timings
    {
        get
        {
            lock (_gate)
                return _timings;
        }
    }

    /// <summary>How long it all has taken so far: less than all stages where some ran side by side.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Runs a stage.</summary>
    public T Stage<T>(string name, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_gate)
            begun(name);
        long start = Stopwatch.GetTimestamp();
        T result = work();
        lock (_gate)
            _timings = _timings.Add(new(name, Stopwatch.GetElapsedTime(start)));
        return result;
    }

    /// <summary>Runs a stage that hands nothing on.</summary>
    public void Stage(string name, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        _ = Stage(name, () =>
        {
            work();
            return true;
        });
    }
}
