// Damages gadget.yaml files the way people and programs do: values replaced, keys misspelt, lines lost, moved, doubled
// and indented wrongly, blocks taken from another file, anchors and tags put in, single letters and bytes changed.
// The same seed gives the same file everywhere.
using System.Text;
using JetsonCore.TestKit;

namespace JetsonCore.Tests.Gadget;

internal sealed class GadgetMutator(SeededRandom random, IReadOnlyList<string> corpus)
{
    private static readonly string[] Keys =
    [
        "name", "type", "size", "offset", "offset-write", "role", "id", "filesystem", "filesystem-label", "content",
        "update", "image", "source", "target", "unpack", "edition", "preserve", "volumes", "defaults", "connections",
        "plug", "slot", "structure", "schema", "bootloader", "system", "<<", "min-size", "partial", "pc", "x", "Size", "volumename",
    ];

    private static readonly string[] Values =
    [
        "", "~", "null", "Null", "NULL", "\"\"", "''", "[]", "{}", "[a]", "{a: b}", "- a", "0", "1", "-1", "440",
        "446", "447", "512", "1M", "2M", "1G", "17408", "1048576", "1m", "1K", "1MB", "1.5M", "1 M", "\" 1M\"", "0x10",
        "010", "1_000", "+5", "--5", "1-2", "M", "9223372036854775807", "9223372036854775808", "8796093022207M",
        "8796093022208M", "17592186044416M", "4294967296", "4294967297", "4G", "mbr+92", "mbr+", "+92", "mbr", "bare",
        "none", "ext4", "vfat", "EXT4", "vfat-32", "83", "0C", "0c", "EF", "EF,C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
        "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "gpt", "emmc", "GPT", "grub",
        "u-boot", "uboot", "android-boot", "lk", "piboot", "system-boot", "system-data", "system-seed", "system-save",
        "system-boot-image", "system-seed-null", "system-boot-state", "bootimg", "bootselect", "writable",
        "ubuntu-data", "ubuntu-seed", "ubuntu-boot", "ubuntu-save", "yes", "no", "on", "y", "true", "True", "maybe",
        "a:b", "system:a", "a:", ":a", "a:b:c", "1.5", ".inf", ".5", "1e3", "12:30", "2001-01-01", "0o17", "0b11",
        "18446744073709551615", "-9223372036854775809", "!!str 5", "!!int 5", "!!int x", "!!bool yes", "!!binary YQ==",
        "!!binary =", "!!null x", "!!null", "!!float 1", "!foo bar", "*one", "&one x", "&a", "*a", "<<", "|", ">-", "'it''s'",
        "\"\\x41\"", "\"\\q\"", "@x", "`x", "%x", "a #b", "a#b", "a: b", "#", "..", "../x", "$kernel:a/b",
        "$kernel:a/../b", "$kernel:", "a/", "/", "99T7MUlRhtI3U0QFgl5mXXESAiSwt776", "1, 2", "]", "}", "0FC63DAF", "é",
    ];

    private static readonly string[] Lines =
    [
        "size: 1M", "name: mbr", "role: system-data", "role: mbr", "type: bare", "type: 83", "offset: 0",
        "offset: 1M", "filesystem: ext4", "filesystem: none", "filesystem-label: writable", "schema: mbr",
        "bootloader: grub", "- type: bare", "- {type: bare, size: 1M}", "- image: x", "- plug: a:b", "edition: 1",
        "update:", "content:", "preserve: [a, a]", "id: x", "<<: *one", "<<: {size: 1M}", "<<: [{size: 2M}, {size: 3M}]",
        "# comment", "---", "...", "%YAML 1.1", "%YAML 1.2", "- ", "? x", ": y", "x", "a: &one {size: 1M}", "\t", "",
        "volumes:", "defaults: {system: {y: 1}}", "defaults: {system: {a: null}}", "defaults: {short: {a: 1}}",
    ];

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
        lines[at] = $"{lines[at][..colon]}: {random.Pick(Values)}";
    }

    private void ReplaceKey(List<string> lines)
    {
        if (FindField(lines) is not { } at)
            return;
        int colon = lines[at].IndexOf(':', StringComparison.Ordinal);
        int start = colon;
        while (start > 0 && lines[at][start - 1] is not (' ' or '{' or '['))
            start--;
        lines[at] = lines[at][..start] + random.Pick(Keys) + lines[at][colon..];
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
        string line = random.Chance(3) ? $"{random.Pick(Keys)}: {random.Pick(Values)}" : random.Pick(Lines);
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
