// Damages YAML files the way people and programs do: values replaced, keys misspelt, lines lost, moved, doubled and
// indented wrongly, blocks taken from another file, anchors and tags put in, single letters and bytes changed. The same
// seed gives the same file everywhere.
using System.Text;
using JetsonCore.TestKit;

namespace JetsonCore.Tests;

/// <summary>What a kind of file is made of.</summary>
internal sealed record YamlWords(string[] Keys, string[] Values, string[] Lines);

internal class YamlMutator(SeededRandom random, IReadOnlyList<string> corpus, YamlWords words)
{
    private const string Letters = " \t\n:-#[]{},&*!|>'\"%@`?.~<\\/=+0a$\r\u0085\u2028\u00e9\ufeff";

    /// <summary>A damaged copy of a file of the corpus.</summary>
    public byte[] Next()
    {
        string text = random.Pick(corpus);
        for (int rounds = 1 + random.Next(3); rounds > 0; rounds--)
            text = Mutate(text);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return random.Chance(25) ? Mutations.Mutate(bytes, random) : bytes;
    }

    /// <summary>A file of the corpus as it is.</summary>
    public byte[] Whole() => Encoding.UTF8.GetBytes(random.Pick(corpus));

    private string Mutate(string text)
    {
        List<string> lines = [.. text.Split('\n')];
        int at = random.Next(lines.Count);
        int kind = random.Next(24);
        switch (kind)
        {
            case < 9:
                ReplaceValue(lines);
                break;
            case < 11:
                ReplaceKey(lines);
                break;
            case 11:
                lines.RemoveAt(at);
                break;
            case 12:
                lines.Insert(random.Next(lines.Count + 1), lines[at]);
                break;
            case 13:
                (lines[at], lines[random.Next(lines.Count)]) = (lines[random.Next(lines.Count)], lines[at]);
                break;
            case 14:
                Indent(lines, at);
                break;
            case < 18:
                InsertLine(lines, at);
                break;
            case 18:
                TakeBlock(lines, at);
                break;
            case 19:
                lines.RemoveRange(at, Math.Min(random.Next(6), lines.Count - at));
                break;
            case 20:
                return Concatenate(text);
            case 21:
                return random.Chance(2) ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : $"\ufeff{text}";
            default:
                return ChangeLetter(text);
        }
        return string.Join('\n', lines);
    }

    private void ReplaceValue(List<string> lines)
    {
        if (FindField(lines) is not { } at)
            return;
        int colon = lines[at].IndexOf(':', StringComparison.Ordinal);
        lines[at] = $"{lines[at][..colon]}: {random.Pick(words.Values)}";
    }

    private void ReplaceKey(List<string> lines)
    {
        if (FindField(lines) is not { } at)
            return;
        int colon = lines[at].IndexOf(':', StringComparison.Ordinal);
        int start = colon;
        while (start > 0 && lines[at][start - 1] is not (' ' or '{' or '['))
            start--;
        lines[at] = lines[at][..start] + random.Pick(words.Keys) + lines[at][colon..];
    }

    private void Indent(List<string> lines, int at)
    {
        string indented = new(' ', random.Next(5));
        int count = 1 + random.Next(4);
        for (int line = at; line < Math.Min(at + count, lines.Count); line++)
            lines[line] = random.Chance(2) ? indented + lines[line] : lines[line].TrimStart();
    }

    private void InsertLine(List<string> lines, int at)
    {
        int width = lines[at].Length - lines[at].TrimStart(' ').Length;
        string indent = new(' ', Math.Max(0, width + (2 * random.Next(3)) - 2 + (random.Chance(8) ? 1 : 0)));
        string line = random.Chance(3) ? $"{random.Pick(words.Keys)}: {random.Pick(words.Values)}" : random.Pick(words.Lines);
        lines.Insert(at + random.Next(2), indent + line);
    }

    private void TakeBlock(List<string> lines, int at)
    {
        string[] other = random.Pick(corpus).Split('\n');
        int start = random.Next(other.Length);
        lines.InsertRange(at, other.Skip(start).Take(1 + random.Next(10)));
    }

    private string Concatenate(string text) => random.Next(3) switch
    {
        0 => $"{text}\n---\n{random.Pick(corpus)}",
        1 => $"{random.Pick(corpus)}\n{text}",
        _ => $"%YAML 1.1\n---\n{text}",
    };

    private string ChangeLetter(string text)
    {
        if (text.Length == 0)
            return text;
        int at = random.Next(text.Length);
        char letter = random.Pick(Letters.ToCharArray());
        return random.Next(3) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, letter.ToString()),
            _ => text.Remove(at, 1).Insert(at, letter.ToString()),
        };
    }

    private int? FindField(List<string> lines)
    {
        for (int tries = 0; tries < 20; tries++)
        {
            int at = random.Next(lines.Count);
            if (lines[at].Contains(':', StringComparison.Ordinal))
                return at;
        }
        return null;
    }
}
