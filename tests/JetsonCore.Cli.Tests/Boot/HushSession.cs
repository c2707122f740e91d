// Random scripts in one session of U-Boot's prompt: half lie in variables that come from a file and are run, the others
// are typed, or sourced from images of scripts. What only the simulator can tell beforehand, that a script has no end,
// leaves the prompt waiting for more, or has a syntax error, decides what is left out or put into a variable: a real
// U-Boot would take the rest of the session along, or go on with what lies at address 0.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class HushSession
{
    public const string Marker = "@@@ ";
    private const string Shown = "@@@@";

    // U-Boot's table of variables has room for some 270 of them.
    private const int BatchLength = 100, LinesMax = 150;

    private readonly List<string> _scripts;
    private readonly HashSet<int> _leftOut = [], _typed = [], _sourced = [];

    public HushSession(ulong seed, int count)
    {
        var scripts = new HushScripts(seed);
        _scripts = [.. Enumerable.Range(0, count).Select(_ => scripts.Next())];
        for (int index = 0; index < count; index += 2)
        {
            string script = _scripts[index];
            if (index % 4 == 2)
            {
                if (IsComplete(script))
                    _sourced.Add(index);
                continue;
            }
            // At the prompt a tab is not part of the line: it completes a name.
            _scripts[index] = script.Replace('\t', ' ');
            if (IsFinished(_scripts[index]))
                _typed.Add(index);
        }
    }

    /// <summary>The scripts that are run in both.</summary>
    public IEnumerable<int> Indexes => Enumerable.Range(0, _scripts.Count).Where(index => !_leftOut.Contains(index));

    /// <summary>A script, and how it was given.</summary>
    public string Describe(int index) => $"{(_typed.Contains(index) ? "typed" : _sourced.Contains(index) ? "sourced" : "run")} script {index}:\n"
            + _scripts[index];

    /// <summary>The files of variables, as "env import -t" reads them, and the images that are sourced.</summary>
    public (string Name, byte[] Content)[] Files() =>
    [
        .. _sourced.Select(index => (ImageOf(index), Image(_scripts[index]))),
        .. Enumerable.Range(0, BatchCount).Select(batch => (NameOf(batch), Variables(IndexesOf(batch)))),
    ];

    /// <summary>What is typed.</summary>
    public string[] Lines() =>
    [
        .. Enumerable.Range(0, BatchCount).SelectMany(batch => (string[])
        [
            $"env default -a -f; load mmc 0:1 48000000 {NameOf(batch)}; env import -t 48000000 $filesize",
            "load mmc 0:1 44000000 boot.scr",
            .. IndexesOf(batch).SelectMany(Lines),
        ]),
        $"echo {Marker}end",
    ];

    /// <summary>
    /// Leaves out scripts that go on for long, by chance, and that in which a session ended before its time; whether
    /// there were any.
    /// </summary>
    public bool LeaveOutEndless(string console)
    {
        string[] parts = console.Split("\n" + Marker);
        bool isAny = false;
        for (int at = 1; at < parts.Length; at++)
        {
            string name = parts[at].Split('\n')[0];
            if (name != "end" && (at == parts.Length - 1 || parts[at].Count(letter => letter == '\n') > LinesMax))
                isAny |= _leftOut.Add(int.Parse(name, CultureInfo.InvariantCulture));
        }
        return isAny;
    }

    private int BatchCount => (_scripts.Count + BatchLength - 1) / BatchLength;

    private static string NameOf(int batch) => string.Create(CultureInfo.InvariantCulture, $"scripts{batch}.txt");

    private IEnumerable<int> IndexesOf(int batch) => Indexes.Where(index => index / BatchLength == batch);

    private byte[] Variables(IEnumerable<int> indexes)
    {
        var text = new StringBuilder($"R={HushScripts.Reset}\nS={HushScripts.Show}\n");
        foreach (int index in indexes.Where(index => !_typed.Contains(index) && !_sourced.Contains(index)))
        {
            text.Append(CultureInfo.InvariantCulture, $"f{index}=")
                .Append(_scripts[index].Replace("\n", "\\\n", StringComparison.Ordinal)).Append('\n');
        }
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private string[] Lines(int index) => _typed.Contains(index)
        ? [$"run R; echo {Marker}{index}", .. _scripts[index].Split('\n'), "run S"]
        : _sourced.Contains(index)
        ? [$"load mmc 0:1 46000000 {ImageOf(index)}", $"run R; echo {Marker}{index}; source 46000000; run S"]
        : [$"run R; echo {Marker}{index}; run f{index}; run S"];

    private static string ImageOf(int index) => string.Create(CultureInfo.InvariantCulture, $"s{index}.scr");

    /// <summary>A text as mkimage -T script wraps it.</summary>
    private static byte[] Image(string script)
    {
        const int HeaderBytes = 64, TextOffset = HeaderBytes + 8;
        byte[] text = Encoding.Latin1.GetBytes(script + "\n"), image = new byte[TextOffset + text.Length];
        text.CopyTo(image, TextOffset);
        Put(HeaderBytes, (uint)text.Length);
        Put(0, 0x27051956);
        Put(12, (uint)(image.Length - HeaderBytes));
        Put(24, Crc32.Of(image.AsSpan(HeaderBytes)));
        (image[28], image[29], image[30]) = (5, 22, 6);         // Linux, arm64, a script
        Put(4, Crc32.Of(image.AsSpan(0, HeaderBytes)));
        return image;

        void Put(int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(at), value);
    }

    private static bool IsComplete(string script)
    {
        using var folder = new TempFolder();
        folder.Write("files/s.scr", Image(script));
        string lines = string.Join('\n', [.. HushScripts.Reset.Split("; "), "load mmc 0:1 46000000 s.scr", "source 46000000"]);
        string path = folder.Write("script", Encoding.Latin1.GetBytes(lines + "\n"));
        CliRun run = CliRun.Of("env", "simulate", "--script", path, "--fs", folder.File("files"));
        return !run.Error.Contains("syntax error", StringComparison.Ordinal);
    }

    private static bool IsFinished(string script)
    {
        using var folder = new TempFolder();
        string[] lines = [.. HushScripts.Reset.Split("; "), .. script.Split('\n'), $"echo {Shown}"];
        string path = folder.Write("script", Encoding.Latin1.GetBytes(string.Join('\n', lines) + "\n"));
        string[] console = CliRun.Of("env", "simulate", "--script", path).Output.TrimEnd('\n').Split('\n');
        return console[^1] == Shown;
    }
}
