// The text of a U-Boot environment: variables, and the scripts in them.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.Boot;
using JetsonCore.Boot.Commands;
using JetsonCore.Boot.Settings;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Cli.Editing;

/// <summary>An environment.</summary>
internal sealed partial class EditedEnvironment(string path, string text) : EditedText(path, text)
{
    /// <summary>What `env make` makes it for if nothing is said: the TX1's.</summary>
    private const int BlockLength = 131072;

    private const int ShownMax = 500, DetailMax = 60;

    private static readonly string[] ShellWords =
        ["if", "then", "elif", "else", "fi", "for", "in", "do", "done", "while", "until"];

    private List<Entry>? _entries;
    private OrderedDictionary<string, Entry>? _byName;

    /// <summary>A variable and its value, which may go over lines.</summary>
    private sealed record Entry(string Name, TextStretch NamePlace, TextStretch Value);

    private List<Entry> Entries => _entries ??= ReadEntries();

    /// <inheritdoc/>
    public override EditorCompletions Complete(int offset)
    {
        if (Entries.Find(entry => entry.Value.Touches(offset)) is not { } entry)
            return CompleteName(offset);
        string before = Text[entry.Value.Start..offset];
        if (VariableAtEnd().Match(before) is { Success: true } variable)
            return new(WordAt(offset, variable.Groups[1].Length), [.. Variables()]);
        if (RunAtEnd().Match(before) is { Success: true } run)
            return new(WordAt(offset, run.Groups[1].Length), [.. Variables().Where(one => one.Detail is not null)]);
        if (CommandAtEnd().Match(before) is { Success: true } command)
            return new(WordAt(offset, command.Groups[1].Length), [.. Commands()]);
        return EditorCompletions.None;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<EditorSymbol> Symbols() =>
    [
        .. Entries.Where(entry => entry.Name.Length > 0 && entry.Value.Start >= 0).Select(SymbolOf),
    ];

    /// <inheritdoc/>
    public override TextStretch? Definition(int offset) =>
        NameAt(offset) is { } name ? Find(name.Name)?.NamePlace : null;

    /// <inheritdoc/>
    public override IReadOnlyList<TextStretch> References(int offset) =>
        NameAt(offset) is { } name ? [.. UsesOf(name.Name)] : [];

    /// <inheritdoc/>
    protected override IReadOnlyList<Diagnostic> Check(string text)
    {
        var diagnostics = new DiagnosticBag(Path);
        _ = EnvironmentCompiler.Compile(Path, Encoding.UTF8.GetBytes(text), BlockLength, diagnostics);
        EnvironmentLinter.Check(Path, UBootEnvironmentText.Read(text), diagnostics);
        return diagnostics.Items;
    }

    /// <inheritdoc/>
    protected override EditorHover? HoverOf(int offset)
    {
        if (NameAt(offset) is not var (name, place))
            return null;
        if (Find(name) is { } entry)
        {
            int line = 1 + Text.AsSpan(0, entry.NamePlace.Start).Count('\n');
            int uses = UsesOf(name).Count();
            string users = uses == 0 ? "used nowhere here" : uses == 1 ? "used once" : $"used {uses} times";
            return new(string.Create(CultureInfo.InvariantCulture,
                $"**{name}**: line {line}, {users}\n\n```sh\n{Shown(entry, ShownMax)}\n```"), place);
        }
        if (EnvironmentLinter.KnownVariables.Contains(name))
            return new($"**{name}**: set or read by U-Boot or snapd themselves", place);
        if (!UBootCommandNames.All.Contains(name))
            return null;
        string option = UBootCommandOptions.Find(name) is { } found ? $" (CONFIG_{found})" : "";
        return new($"**{name}**: a command of U-Boot{option}", place);
    }

    [GeneratedRegex(@"\$\{?([A-Za-z0-9_]*)\z", RegexOptions.NonBacktracking)]
    private static partial Regex VariableAtEnd();

    [GeneratedRegex(@"(?:\A|[^A-Za-z0-9_])run(?:[ \t]+[A-Za-z0-9_]+)*[ \t]+([A-Za-z0-9_]*)\z",
        RegexOptions.NonBacktracking)]
    private static partial Regex RunAtEnd();

    [GeneratedRegex(
        @"(?:\A|[;&|\n]|(?:\A|[; \t\n])(?:if|then|elif|else|do|while|until)[ \t])[ \t]*([a-z0-9]*)\z",
        RegexOptions.NonBacktracking)]
    private static partial Regex CommandAtEnd();

    private static bool IsNameLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '#';

    private EditorSymbol SymbolOf(Entry entry) => new(entry.Name, EditorSymbolKind.Variable,
        new(entry.NamePlace.Start, entry.Value.End), entry.NamePlace)
    {
        Detail = Shown(entry, DetailMax),
    };

    /// <summary>Entries as UBootEnvironmentText reads them; without "=" the value is nowhere.</summary>
    private List<Entry> ReadEntries()
    {
        var entries = new List<Entry>();
        int start = -1;
        for (int at = 0; at < Text.Length;)
        {
            int ahead = Text.AsSpan(at).IndexOf('\n');
            int end = ahead < 0 ? Text.Length : at + ahead;
            bool isPassedOver = end == at || Text[at] == '#';
            if (!isPassedOver && start < 0)
                start = at;
            if (!isPassedOver && (Text[end - 1] != '\\' || ahead < 0))
            {
                entries.Add(EntryOf(start, end));
                start = -1;
            }
            at = end + 1;
        }
        if (start >= 0)
            entries.Add(EntryOf(start, Text.Length));
        return entries;
    }

    private Entry EntryOf(int start, int end)
    {
        int split = Text.AsSpan(start, end - start).IndexOf('=');
        int name = split < 0 ? end : start + split;
        return new(Text[start..name], new(start, name), split < 0 ? new(-1, -1) : new(name + 1, end));
    }

    /// <summary>The last one of a name: it counts.</summary>
    private Entry? Find(string name)
    {
        if (_byName is null)
        {
            _byName = new(StringComparer.Ordinal);
            foreach (Entry entry in Entries.Where(entry => entry.Value.Start >= 0 && entry.Name.Length > 0))
                _byName[entry.Name] = entry;
        }
        return _byName.TryGetValue(name, out Entry? found) ? found : null;
    }

    private (string Name, TextStretch Place)? NameAt(int offset)
    {
        int start = offset, end = offset;
        while (start > 0 && IsNameLetter(Text[start - 1]))
            start--;
        while (end < Text.Length && IsNameLetter(Text[end]))
            end++;
        return start == end || !Entries.Exists(entry => entry.NamePlace.Touches(offset) || entry.Value.Touches(offset))
            ? null : (Text[start..end], new(start, end));
    }

    /// <summary>Where a name stands in values: behind a $, or as a word behind run, setenv and their like.</summary>
    private IEnumerable<TextStretch> UsesOf(string name)
    {
        foreach (Entry entry in Entries.Where(entry => entry.Value.Start >= 0))
        {
            for (int at = entry.Value.Start; ; at += name.Length)
            {
                int ahead = Text.AsSpan(at, entry.Value.End - at).IndexOf(name, StringComparison.Ordinal);
                if (ahead < 0)
                    break;
                at += ahead;
                bool isWhole = !IsNameLetter(Text[at - 1])
                    && (at + name.Length == Text.Length || !IsNameLetter(Text[at + name.Length]));
                if (isWhole && (Text[at - 1] is '$' or '{' || IsArgument(Text.AsSpan(entry.Value.Start..at))))
                    yield return new(at, at + name.Length);
            }
        }
    }

    private static bool IsArgument(ReadOnlySpan<char> before)
    {
        int start = before.LastIndexOfAny(";&|\n") + 1;
        ReadOnlySpan<char> command = before[start..].TrimStart(" \t");
        foreach (string word in (string[])["if ", "then ", "else ", "elif ", "do ", "while ", "until "])
        {
            if (command.StartsWith(word))
                command = command[word.Length..].TrimStart(" \t");
        }
        return command.StartsWith("run ") || (command.StartsWith("setenv ") && command.TrimEnd(" \t").Length < 7)
            || command.StartsWith("env exists ");
    }

    private static TextStretch WordAt(int offset, int length) => new(offset - length, offset);

    private EditorCompletions CompleteName(int offset)
    {
        int start = offset == 0 ? 0 : Text.LastIndexOf('\n', offset - 1) + 1;
        ReadOnlySpan<char> typed = Text.AsSpan(start, offset - start);
        foreach (char letter in typed)
        {
            if (!IsNameLetter(letter) || typed[0] == '#')
                return EditorCompletions.None;
        }
        HashSet<string> there = [.. Entries.Where(entry => entry.Value.Start >= 0).Select(entry => entry.Name)];
        string end = offset < Text.Length && Text[offset] == '=' ? "" : "=";
        return new(new(start, offset),
        [
            .. EnvironmentLinter.KnownVariables.Where(name => !there.Contains(name)).Order(StringComparer.Ordinal)
                .Select(name => new EditorCompletion(name, EditorCompletionKind.Variable, name + end)),
        ]);
    }

    /// <summary>Variables of this text, with their values, and those that are there without it.</summary>
    private IEnumerable<EditorCompletion> Variables()
    {
        string[] own = [.. Entries.Where(entry => entry.Value.Start >= 0).Select(entry => entry.Name)
            .Where(name => name.Length > 0).Distinct()];
        IEnumerable<string> others = EnvironmentLinter.KnownVariables.Except(own).Order(StringComparer.Ordinal);
        return own.Select(name => new EditorCompletion(name, EditorCompletionKind.Variable, name)
        {
            Detail = Shown(Find(name)!, DetailMax),
        }).Concat(others.Select(name => new EditorCompletion(name, EditorCompletionKind.Variable, name)));
    }

    private static IEnumerable<EditorCompletion> Commands() =>
        UBootCommandNames.All.Order(StringComparer.Ordinal)
            .Select(name => new EditorCompletion(name, EditorCompletionKind.Function, name))
            .Concat(ShellWords.Select(word => new EditorCompletion(word, EditorCompletionKind.Keyword, word)));

    private string Shown(Entry entry, int lengthMax)
    {
        string value = Text[Math.Max(0, entry.Value.Start)..Math.Max(0, entry.Value.End)];
        return value.Length <= lengthMax ? value : value[..lengthMax] + "…";
    }
}
