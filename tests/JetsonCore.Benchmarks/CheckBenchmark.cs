// Checking gadget.yaml files: a thousand in one run against snapd's own library in a program that does nothing else
// (tests/judges/snapd-gadget), and the TX1's alone against an empty .NET program that is published as ours is.
using System.Globalization;

namespace JetsonCore.Benchmarks;

internal static class CheckBenchmark
{
    private const int FilesCount = 1000, ManyRounds = 20, OneRounds = 200;
    private const double ManyRatioMin = 1;

    // Of 5.7 ms (the empty program: 1.5) most goes into relocating our tables, which grow with the program: they were half
    // as large, and a check took 3.6 ms, before it judged kernels, flash trees and boots.
    private const double OneRatioMin = 1 / 4.0;
    private const string Size = "size: 2097152";

    public static Race[] Races(BenchmarkFolder folder)
    {
        string input = folder.File("check"), list = folder.File("check.list");
        string gadget = Path.GetFullPath(Path.Combine(input, "0.yaml"));
        return
        [
            new("check-many", () => MakeInput(input, list))
            {
                Program = Tool("JETSON_CORE"),
                Ours = ["check", .. Enumerable.Range(0, FilesCount).Select(index => NameOf(input, index))],
                Theirs = ["sh", "-c", $"'{Tool("SNAPD_GADGET")}' yaml none < '{list}'"],
                Peer = "snapd",
                Outputs = [],
                Rounds = ManyRounds,
                RatioMin = ManyRatioMin,
            },
            new("check-one", () => MakeInput(input, list))
            {
                Program = Tool("JETSON_CORE"),
                Ours = ["check", gadget],
                Theirs = [Tool("EMPTY_PROGRAM")],
                Peer = "an empty program",
                Outputs = [],
                Rounds = OneRounds,
                RatioMin = OneRatioMin,
            },
        ];
    }

    /// <summary>The TX1's gadget.yaml, with another size of a partition in each copy.</summary>
    private static void MakeInput(string into, string list)
    {
        Directory.CreateDirectory(into);
        string gadget = File.ReadAllText(Tool("TX1_GADGET"));
        for (int index = 0; index < FilesCount; index++)
        {
            string size = string.Create(CultureInfo.InvariantCulture, $"size: {(index + 1) << 20}");
            File.WriteAllText(NameOf(into, index), gadget.Replace(Size, size, StringComparison.Ordinal));
        }
        File.WriteAllLines(list, Enumerable.Range(0, FilesCount).Select(index => NameOf(into, index)));
    }

    private static string NameOf(string folder, int index) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{index}.yaml"));

    private static string Tool(string variable) => Environment.GetEnvironmentVariable(variable) ?? variable;
}
