// The layout: names, ids, file names, words, and what flash.sh's sed would make of its lines.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Flash.Layouts;
using JetsonCore.Flash.Shell;
using JetsonCore.Flash.Tree;

namespace JetsonCore.Flash;

internal static class FlashLayoutCheck
{
    // mkgpt takes 40 letters and refuses 63 (measured).
    private const int FileNameLengthMax = 62;

    public static void Check(FlashSituation situation, DiagnosticBag diagnostics)
    {
        if (situation.Inputs is not { } inputs)
            return;
        if (situation.Layout is not { } layout)
        {
            ReportUnreadable(situation, inputs.LayoutPath, diagnostics);
            return;
        }
        CheckNames(layout, diagnostics);
        if (inputs.RunsMkgpt)
            CheckIds(layout, diagnostics);
        CheckFileNames(situation, layout, diagnostics);
        DiagnosticBag dropped = diagnostics.Part();
        CheckDropped(situation, dropped);
        if (situation.Filled is { } filled)
            CheckFilled(situation, filled, diagnostics);
        else if (!dropped.HasErrors)
        {
            diagnostics.AddAbout(layout.Path, FlashRules.BadLayout,
                "cannot fill in the layout: once flash.sh has replaced its words it is no well-formed XML",
                "look for words of flash.sh in tags and attributes");
        }
    }

    private static void ReportUnreadable(FlashSituation situation, string path, DiagnosticBag diagnostics)
    {
        string full = situation.Tree.PathOf(path);
        if (FlashSurvey.Bytes(situation.Tree, path) is not { } bytes)
        {
            ShellVariable? variable = situation.Configuration?.Variable("EMMC_CFG");
            FlashChecker.Add(diagnostics, FlashRules.MissingFile,
                variable is null ? (full, SourceSpan.None) : (variable.Path, variable.Span),
                $"cannot read the layout \"{path}\": it is missing or larger than {LayoutReader.LengthMax} bytes; "
                    + "flash.sh says \"Error: missing cfgfile\"",
                "unpack the L4T package anew");
            return;
        }
        try
        {
            LayoutReader.Read(full, LayoutReader.Decode(bytes));
        }
        catch (LayoutSyntaxException broken)
        {
            FlashChecker.Add(diagnostics, FlashRules.BadLayout, (full, broken.Span),
                $"cannot read the layout: {broken.Message}", "unpack the L4T package anew");
        }
    }

    private static void CheckNames(LayoutDocument layout, DiagnosticBag diagnostics)
    {
        foreach (IGrouping<(int, string), LayoutPartition> same in layout.Partitions.GroupBy(
            partition => (partition.Device, partition.Name.Value)).Where(group => group.Count() > 1))
        {
            LayoutPartition[] all = [.. same];
            FlashChecker.Add(diagnostics, FlashRules.NamedTwice, (layout.Path, all[1].Name.Span),
                $"cannot tell the partitions \"{all[0].Name.Value}\" apart: lines {all[0].Name.Span.Line} and "
                    + $"{all[1].Name.Span.Line} have the same name", "give one of them another name");
        }
    }

    private static void CheckIds(LayoutDocument layout, DiagnosticBag diagnostics)
    {
        foreach (LayoutPartition partition in layout.Partitions.Where(partition => string.IsNullOrEmpty(partition.Id)))
        {
            FlashChecker.Add(diagnostics, FlashRules.NoId, (layout.Path, partition.Name.Span),
                $"cannot make a table with \"{partition.Name.Value}\", which has no id: mkgpt ends with "
                    + "\"partition id missing.\" and \"creating gpt(ppt.img) failed.\"",
                "give the partition an id that no other has");
        }
    }

    private static void CheckFileNames(
        FlashSituation situation, LayoutDocument layout, DiagnosticBag diagnostics)
    {
        foreach (LayoutPartition partition in layout.Partitions.Where(partition => partition.FileNames.Length > 1))
        {
            FlashChecker.Add(diagnostics, FlashRules.TwoFiles, (layout.Path, partition.FileNames[1].Span),
                $"cannot say which file goes to \"{partition.Name.Value}\": it names "
                    + string.Join(", ", partition.FileNames.Select(name => $"\"{name.Value}\""))
                    + ", and the first one counts",
                "leave one filename: a patch that was applied twice leaves two");
        }
        if (situation.Board.NotSupported is not null)
            return;     // other boards, other words
        foreach (Located<string> name in layout.Partitions.SelectMany(partition => partition.FileNames))
            CheckFileName(layout, name, diagnostics);
    }

    private static void CheckFileName(LayoutDocument layout, Located<string> name, DiagnosticBag diagnostics)
    {
        if (Encoding.UTF8.GetByteCount(name.Value) > FileNameLengthMax)
        {
            FlashChecker.Add(diagnostics, FlashRules.BadFileName, (layout.Path, name.Span),
                $"cannot use a file name of {Encoding.UTF8.GetByteCount(name.Value)} bytes: mkgpt takes "
                    + $"{FileNameLengthMax} and ends with \"filename too long\"", "shorten it");
        }
        bool isWord = L4tPlaceholders.Reserved.Contains(name.Value);
        if (!isWord && L4tPlaceholders.Reserved.FirstOrDefault(
            word => name.Value.Contains(word, StringComparison.Ordinal)) is { } found)
        {
            FlashChecker.Add(diagnostics, FlashRules.BadFileName, (layout.Path, name.Span),
                $"cannot use the file name \"{name.Value}\": flash.sh replaces \"{found}\" in it, or drops its line",
                "name the file otherwise");
        }
        if (name.Value.AsSpan().ContainsAny('/', ' ', '\t'))
        {
            FlashChecker.Add(diagnostics, FlashRules.BadFileName, (layout.Path, name.Span),
                $"cannot use the file name \"{name.Value}\": it has a blank or a folder, and files are looked for in "
                    + "bootloader/", "put the file into bootloader/ and write its name only");
        }
    }

    private static void CheckDropped(FlashSituation situation, DiagnosticBag diagnostics)
    {
        LayoutDocument layout = situation.Layout!;
        HashSet<int> kept = [.. situation.FilledLines];
        string[] lines = layout.Text.Split('\n');
        for (int number = 1; number <= lines.Length; number++)
        {
            string line = lines[number - 1].Trim();
            bool isFileOnly = line.Length == 0 || line.StartsWith("<filename", StringComparison.Ordinal)
                && line.EndsWith("</filename>", StringComparison.Ordinal);
            if (kept.Contains(number) || isFileOnly)
                continue;
            FlashChecker.Add(diagnostics, FlashRules.LineLost,
                (layout.Path, new(number, 1, number, lines[number - 1].Length + 1)),
                "cannot fill in the layout: flash.sh drops this whole line for the word in it, and what else is in it "
                    + "goes too", "put the filename on a line of its own");
        }
    }

    private static void CheckFilled(FlashSituation situation, LayoutDocument filled, DiagnosticBag diagnostics)
    {
        string[] wanted = situation.Board.NotSupported is not null ? [FlashOverlay.BootPartition]
            : situation.Release?.BootsFromLnx ?? false
                ? [FlashOverlay.BootPartition, FlashOverlay.UBootPartition, FlashOverlay.DataPartition]
                : [FlashOverlay.BootPartition, FlashOverlay.DataPartition];
        foreach (string name in wanted.Where(name => filled.Find(name) is null))
        {
            diagnostics.AddAbout(filled.Path, FlashRules.NoPartition,
                $"cannot find the partition \"{name}\" in the layout",
                situation.Board.NotSupported is null ? "unpack the L4T package anew" : null);
        }
        foreach (LayoutPartition partition in filled.Partitions)
        {
            if (partition.Size is { } size && LayoutPartition.Number(size.Value) is null
                && situation.Board.NotSupported is null)
            {
                FlashChecker.Add(diagnostics, FlashRules.UnknownWord, (filled.Path, situation.PlaceOf(size.Span)),
                    $"cannot tell the size of \"{partition.Name.Value}\": \"{size.Value}\" is no number once flash.sh "
                        + "has filled in the layout");
            }
        }
        if (situation.Board.NotSupported is not null)
            return;
        LayoutPartition[] table = [.. situation.Table()];
        if (table.Length > 0 && table[0].Name.Value != FlashOverlay.BootPartition)
        {
            FlashChecker.Add(diagnostics, FlashRules.NotFirst,
                (filled.Path, situation.PlaceOf(table[0].Name.Span)),
                $"cannot boot from {FlashOverlay.BootPartition}: the first partition is \"{table[0].Name.Value}\", and "
                    + "U-Boot keeps its variables in mmc 0:1", "put APP first");
        }
        CheckData(situation, table, diagnostics);
    }

    private static void CheckData(FlashSituation situation, LayoutPartition[] table, DiagnosticBag diagnostics)
    {
        LayoutPartition? data = situation.Filled!.Find(FlashOverlay.DataPartition);
        if (data is null)
            return;
        (string Path, SourceSpan) place = (situation.Filled.Path, situation.PlaceOf(data.Name.Span));
        string? expected = situation.Bundle?.File(FlashRole.Data)?.Path.Split('/')[^1];
        if (data.FileNames.IsEmpty)
        {
            FlashChecker.Add(diagnostics, FlashRules.NoDataFile, place,
                $"cannot write writable: the partition {FlashOverlay.DataPartition} names no file, and flash.sh would "
                    + "leave it empty without a word",
                "run flash-ubuntu-core.sh of the bundle, or jetson-core flash apply with --bundle");
        }
        else if (expected is not null && data.FileNames[0].Value != expected)
        {
            FlashChecker.Add(diagnostics, FlashRules.NoDataFile, place,
                $"cannot write writable: the partition {FlashOverlay.DataPartition} names "
                    + $"\"{data.FileNames[0].Value}\", the bundle brings \"{expected}\"",
                "run jetson-core flash apply with --bundle");
        }
        if (!data.Fills || table.Length > 0 && table[^1].Name.Value != FlashOverlay.DataPartition)
        {
            FlashChecker.Add(diagnostics, FlashRules.DoesNotFill, place,
                $"cannot let writable grow: {FlashOverlay.DataPartition} "
                    + (data.Fills ? $"comes before \"{table[^1].Name.Value}\""
                        : $"has the allocation attribute {data.Allocation?.Value ?? "(none)"}, without 0x800"),
                "let it be the last partition, with the allocation attribute 0x808");
        }
    }
}
