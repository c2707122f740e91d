// Where inputs and outputs of the benchmarks lie: below TMPDIR, some 5 GiB.
namespace JetsonCore.Benchmarks;

/// <summary>A folder that goes with this object.</summary>
internal sealed class BenchmarkFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("jetson-core-bench-").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
