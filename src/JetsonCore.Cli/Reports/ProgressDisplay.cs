// Shows how far a run has come, on standard error: one line that is drawn again in its place, on a terminal; a line of
// JSON for each beginning, step and end, for programs; nothing at all elsewhere, so that logs hold results and findings
// only. In the end, if wished, a table of how long each stage took.
//
//   write jetson.img  45 %  310 of 694 MB  620 MB/s  1 s left
using System.Globalization;
using System.Text;
using System.Text.Json;
using JetsonCore.Cli.Shell;
using JetsonCore.Files;

namespace JetsonCore.Cli.Reports;

internal sealed class ProgressDisplay : IDisposable
{
    private const string ClearLine = "\r\u001b[K", Dim = "\u001b[2m", Plain = "\u001b[0m";
    private const int ErrorDescriptor = 2, UsualColumns = 80;
    private const double Million = 1e6;
    private static readonly TimeSpan DrawingPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan JsonPause = TimeSpan.FromMilliseconds(500);
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JsonReport.Options.Encoder };

    private readonly TextWriter _error;
    private readonly bool _hasColor, _showsTimings;
    private readonly Lock _drawing = new();
    private Timer? _timer;
    private bool _isDrawn, _isStopped;

    /// <param name="terminal">Where to show it.</param>
    /// <param name="form">What is wished meanwhile.</param>
    /// <param name="showsTimings">Whether a table of times is wished in the end.</param>
    public ProgressDisplay(Terminal terminal, Form form = Form.Auto, bool showsTimings = false)
    {
        (_error, _hasColor, _showsTimings) = (terminal.Error, terminal.ErrorHasColor, showsTimings);
        bool asJson = form == Form.Json;
        Work = asJson ? new(stage => WriteJson("begin", stage), stage => WriteJson("end", stage)) : new();
        if (asJson)
            _timer = new(_ => WriteSteps(), null, JsonPause, JsonPause);
        else if (form == Form.Auto && terminal.ErrorIsRedrawn)
            _timer = new(_ => Draw(), null, DrawingPause, DrawingPause);
    }

    /// <summary>What is shown while something is done.</summary>
    internal enum Form
    {
        /// <summary>One line, on a terminal.</summary>
        Auto,

        /// <summary>Lines of JSON.</summary>
        Json,

        /// <summary>Nothing.</summary>
        None,
    }

    /// <summary>What to tell of stages.</summary>
    public WorkProgress Work { get; }

    /// <summary>Shows nothing any more: results and findings come next.</summary>
    public void Stop()
    {
        lock (_drawing)
        {
            _isStopped = true;
            if (_isDrawn)
                _error.Write(ClearLine);
            _isDrawn = false;
        }
        _timer?.Dispose();
        _timer = null;
    }

    /// <summary>Ends it, with the table.</summary>
    public void Dispose()
    {
        Stop();
        if (!_showsTimings)
            return;
        foreach (WorkStage stage in Work.Finished)
        {
            string bytes = stage.DoneBytes > 0
                ? string.Create(CultureInfo.InvariantCulture,
                    $"  {stage.DoneBytes / Million:F1} MB, {Rate(stage) / Million:F0} MB/s")
                : "";
            _error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{stage.Duration.TotalSeconds,8:F2} s  {TerminalText.Of(stage.Name)}{bytes}"));
        }
        _error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Work.Elapsed.TotalSeconds,8:F2} s  in all; stages run side by side where they can"));
    }

    /// <summary>The line about a stage.</summary>
    internal static string LineOf(WorkStage stage, int others)
    {
        var line = new StringBuilder(TerminalText.Of(stage.Name));
        long done = stage.TotalBytes > 0 ? Math.Min(stage.DoneBytes, stage.TotalBytes) : stage.DoneBytes;
        double rate = Rate(stage);
        if (stage.TotalBytes > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $"  {100 * done / stage.TotalBytes} %");
            line.Append(CultureInfo.InvariantCulture, $"  {done / Million:F0} of {stage.TotalBytes / Million:F0} MB");
        }
        else if (done > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $"  {done / Million:F0} MB");
        }
        if (done > 0)
            line.Append(CultureInfo.InvariantCulture, $"  {rate / Million:F0} MB/s");
        if (done > 0 && stage.TotalBytes > 0 && rate > 0)
            line.Append("  ").Append(Time((stage.TotalBytes - done) / rate)).Append(" left");
        else
            line.Append("  ").Append(Time(stage.Duration.TotalSeconds));
        if (others > 0)
            line.Append(CultureInfo.InvariantCulture, $"  and {others} more");
        return line.ToString();
    }

    private static double Rate(WorkStage stage) => stage.DoneBytes / Math.Max(stage.Duration.TotalSeconds, 0.001);

    private static string Time(double seconds)
    {
        long whole = (long)Math.Min(Math.Ceiling(seconds), 1e9);
        return whole < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{whole} s")
            : string.Create(CultureInfo.InvariantCulture, $"{whole / 60}:{whole % 60:d2} min");
    }

    private void Draw()
    {
        lock (_drawing)
        {
            if (_isStopped || Work.Running is not [var stage, .. var others])
                return;
            int columns = Posix.Columns(ErrorDescriptor) is > 0 and int known ? known : UsualColumns;
            string line = LineOf(stage, others.Length);
            if (line.Length >= columns)
                line = line[..Math.Max(columns - 1, 0)];
            _error.Write(_hasColor ? $"{ClearLine}{Dim}{line}{Plain}" : $"{ClearLine}{line}");
            _isDrawn = true;
        }
    }

    private void WriteSteps()
    {
        foreach (WorkStage stage in Work.Running)
        {
            if (stage.DoneBytes > 0)
                WriteJson("step", stage);
        }
    }

    private void WriteJson(string what, WorkStage stage)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, OneLine))
        {
            json.WriteStartObject();
            json.WriteString("schema", "jetson-core/progress");
            json.WriteNumber("version", 1);
            json.WriteString("event", what);
            json.WriteNumber("number", stage.Number);
            json.WriteString("stage", stage.Name);
            json.WriteNumber("doneBytes", stage.DoneBytes);
            if (stage.TotalBytes > 0)
                json.WriteNumber("totalBytes", stage.TotalBytes);
            json.WriteNumber("seconds", Math.Round(stage.Duration.TotalSeconds, 3));
            if (what == "end")
                json.WriteBoolean("ok", !stage.IsFailed);
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        lock (_drawing)
        {
            if (!_isStopped)
                _error.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        }
    }
}
