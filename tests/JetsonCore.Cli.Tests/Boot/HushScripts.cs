// Random scripts for U-Boot's shell, from its grammar: every rule can stand in every other, and now and then a character
// is lost, doubled or moved, which makes the scripts that nobody would write on purpose. The variables that scripts
// change are few and named in Reset; their values are short.
using System.Globalization;
using System.Text;
using JetsonCore.TestKit;

namespace JetsonCore.Cli.Tests.Boot;

internal sealed class HushScripts(ulong seed)
{
    /// <summary>Brings the variables of the scripts back to where each begins.</summary>
    public const string Reset = "setenv a A; setenv b 'x y'; setenv c ''; setenv d 12; setenv e 'p  q;r'; "
        + "setenv n 0; setenv s1 'echo s1 $a; false'; setenv s2 'run s1 || echo \"s2 $b\"; true'; "
        + "setenv s3 'for i in $b z; do echo <$i>; done'; i=0; v=1; w=two";

    /// <summary>Shows them.</summary>
    public const string Show = "echo $?; printenv a; printenv b; printenv c; printenv d; printenv e; printenv n; "
        + "printenv s1; printenv s2; printenv s3; showvar";

    private const int DepthMax = 3, LengthMax = 700;

    private static readonly string[] Names = ["a", "b", "c", "d", "e", "n", "nope", "i", "v", "w"];
    private static readonly string[] Atoms =
    [
        "a", "b1", "x/y", "0", "1", "10", "0x1f", "-n", "=", "!", "<", ">", "-z", "-a", "-o", "abc", "A", "two",
        "*", "?", "[", "]", "~", "%", "^", "(", ")", "`", "{", "}", "{x}", ",", ".", ":", "@", "x=y", "a.b", "5$",
        "#", "x#y", "if", "then", "fi", "for", "in", "do", "done", "else", "while", "echo", "\\", "-", "--", "'", "\"",
    ];
    private static readonly string[] TestOperators =
    [
        "=", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-z", "-n", "-a", "-o", "!", "==",
    ];
    private static readonly string[] Fixed =
    [
        "true", "false", "true x", "exit", "exit 3", "exit 0", "nosuch x", "run s1", "run s2", "run s3", "run s1 s3",
        "run nope", "run", "env run s1", "echo", "echo -n x; echo", "test", "test x", "sleep 0", "showvar v w",
        "env exists a", "env exists nope", "env set a B", "env delete a", "env delete nope a", "env print d",
        "env default a", "env grep -n ^d", "env set -f b", "env print -a x", "env delete", "env set", "setenv",
        "printenv nope a", "source 44000000", "setexpr d $d + 1", "setexpr d 5", "setexpr d $d / 0",
        "setexpr a sub x Z $b", "setexpr a gsub [aA] Z", "setexpr d fmt %d $d", "setexpr.b d *44000000",
        "itest $d -lt 20", "itest 1 == 1", "itest.b *44000000 == 27", "env info -d", "i=", "v=$w", "w='a b'", "a=q",
        "env set -e a b", "run s2 nope s3", "$s1", "$a", "${e}", "\"$b\"", "'$b'", "v=1 w=2", "v=1 echo $v", "1v=2",
        "unset v", "editenv", "env", "env nosuch", "setexpr", "setenv a b c d", "setenv =x y", "setenv a=b c",
    ];

    private readonly SeededRandom _random = new(seed);

    /// <summary>The next script: lines, as at the prompt or in a variable.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        do
            text.Append(List(0)).Append(Separator());
        while (_random.Chance(3) && text.Length < LengthMax);
        string script = text.ToString().TrimEnd(' ', ';', '\n', '\\');
        return _random.Chance(4) ? Spoil(script) : script;
    }

    private string Separator() => _random.Pick(["; ", "\n", ";", "; ", "\n"]);

    private string List(int depth)
    {
        var text = new StringBuilder(Command(depth));
        while (_random.Chance(2))
        {
            text.Append(_random.Pick([" && ", " || ", "; ", " && ", "||", ";", "\n"]));
            text.Append(Command(depth));
        }
        return text.ToString();
    }

    private string Command(int depth)
    {
        if (depth < DepthMax && _random.Chance(3))
            return Compound(depth + 1);
        return _random.Next(16) switch
        {
            < 6 => $"echo {Words()}",
            6 or 7 => $"setenv {_random.Pick(["a", "b", "c", "d", "e"])} {Words()}",
            8 => $"{_random.Pick(["v", "w", "i", "a"])}={Word()}",
            9 => Test(),
            10 => Script(),
            11 => $"${_random.Pick(Names)} {Words()}",
            12 => _random.Chance(4) ? $"# {Words()}\n" : $"test {Words()}",
            13 => _random.Chance(3) ? Words() : "true",
            _ => _random.Pick(Fixed),
        };
    }

    private string Compound(int depth)
    {
        string separator = Separator();
        return _random.Next(6) switch
        {
            0 => $"if {Condition(depth)}; then {List(depth)}{separator}fi",
            1 => $"if {Condition(depth)}; then {List(depth)}{separator}else {List(depth)}; fi",
            2 => $"if {Condition(depth)}{separator}then {List(depth)}; elif {Condition(depth)}; then {List(depth)}; "
                + $"else {List(depth)}{separator}fi",
            3 => $"for {_random.Pick(["i", "v", "a", "j"])} in {Words()}; do {List(depth)}{separator}done",
            4 => $"setenv n 0; while test $n -lt {_random.Next(4)}; do setexpr n $n + 1; {List(depth)}{separator}done",
            _ => $"setenv n 0; until test $n -ge {_random.Next(4)}{separator}do setexpr n $n + 1{separator}"
                + $"{List(depth)}; done",
        };
    }

    private string Condition(int depth) => _random.Next(5) switch
    {
        0 => "true",
        1 => "false",
        2 => List(depth),
        _ => Test(),
    };

    private string Test()
    {
        var text = new StringBuilder(_random.Chance(8) ? "itest" : "test");
        do
        {
            text.Append(_random.Next(5) switch
            {
                0 => $" -z {Word()}",
                1 => $" -n {Word()}",
                2 => $" {_random.Pick(TestOperators)} {Word()}",
                _ => $" {Word()} {_random.Pick(TestOperators)} {Word()}",
            });
        }
        while (_random.Chance(4) && text.Append(_random.Pick([" -a", " -o", " !", " -o !"])).Length < LengthMax);
        return text.ToString();
    }

    // A script in a variable, which is run at once or later.
    private string Script()
    {
        string quoted = _random.Chance(2)
            ? $"'{SimpleList().Replace("'", "", StringComparison.Ordinal)}'"
            : $"\"{SimpleList().Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        return $"setenv s3 {quoted}; run s3";
    }

    private string SimpleList() => string.Join(
        _random.Pick([";", " && ", " || "]), Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => $"echo {Words()}"));

    private string Words() => string.Join(
        _random.Pick([" ", "  ", " ", "\t", " "]), Enumerable.Range(0, _random.Next(5)).Select(_ => Word()));

    private string Word()
    {
        var text = new StringBuilder();
        do
            text.Append(Piece());
        while (_random.Chance(3));
        return text.ToString();
    }

    private string Piece() => _random.Next(12) switch
    {
        < 4 => _random.Pick(Atoms[..38]),
        4 => _random.Pick(Atoms),
        5 => $"${_random.Pick(Names)}",
        6 => $"${{{_random.Pick(Names)}}}",
        7 => $"${{{_random.Pick(Names)}{_random.Pick([":-", ":=", ":+", ":", "-", ":?"])}{Inner()}}}",
        8 => $"\"{Inner()}{_random.Pick(["", "$b", "${e}", "\\\"", "'", " ", "\\$a", "#", ";"])}{Inner()}\"",
        9 => $"'{Inner()}{_random.Pick(["", "$b", "\\", "\"", " ", "#", "; "])}{Inner()}'",
        10 => $"\\{_random.Pick(["a", "$", "\"", "'", "\\", " ", ";", "n", "#", "*", "\n"])}",
        _ => _random.Pick(["\"\"", "''", "$?", "${?}", "$", "$$", "$1", "${}", "$#", "$*"]),
    };

    private string Inner() => _random.Pick(["", "x", "two words", "1", "$a", "${b}", "a;b", "x=y", "&&", "a#b", "*"]);

    private string Spoil(string script)
    {
        var text = new StringBuilder(script);
        for (int count = 1 + _random.Next(2); count > 0 && text.Length > 1; count--)
        {
            int at = _random.Next(text.Length);
            switch (_random.Next(4))
            {
                case 0:
                    text.Remove(at, 1);
                    break;
                case 1:
                    text.Insert(at, _random.Pick(["'", "\"", "\\", "$", "{", "}", ";", "&", "|", "&&", "\n", " ", "#"]));
                    break;
                case 2:
                    text.Insert(at, text[_random.Next(text.Length)].ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    text[at] = text[_random.Next(text.Length)];
                    break;
            }
        }
        return text.ToString().TrimEnd('\\');
    }
}
