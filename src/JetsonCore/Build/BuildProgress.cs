// Tells which stage a build is in and how long each took. Times go to people (--timings) and never into an output.
using System.Diagnostics;

namespace JetsonCore.Build;

/// <summary>One finished stage.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Duration">How long it took.</param>
public sealed record StageTiming(string Name, TimeSpan Duration);

/// <summary>Reports stages as they begin and remembers how long they took.</summary>
/// <param name="begun">Called with a stage's name when it begins.</param>
public sealed class BuildProgress(Action<string> begun)
{
    private readonly List<StageTiming> _timings = [];

    /// <summary>The finished stages, in their order.</summary>
    public IReadOnlyList<StageTiming> Timings => _timings;

    /// <summary>Runs a stage.</summary>
    public T Stage<T>(string name, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        begun(name);
        long start = Stopwatch.GetTimestamp();
        T result = work();
        _timings.Add(new(name, Stopwatch.GetElapsedTime(start)));
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
