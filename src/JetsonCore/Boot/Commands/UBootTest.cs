// The command "test": no grammar, but a walk from left to right, which decides what mistaken expressions give.
//
//   A = B   A != B   A < B   A > B     texts        -z A   -n A        empty, not empty
//   A -eq B   -ne -lt -le -gt -ge      numbers      -e IF DEV[:PART] FILE
//   !   -a   -o                        apply to what follows, no precedence
//
// Source: U-Boot 2023.01, measured in QEMU.
namespace JetsonCore.Boot.Commands;

internal static class UBootTest
{
    private enum Kind
    {
        Not,
        Or,
        And,
        Judgement,
    }

    // Which word of an expression names the operator, and how many words it takes.
    private sealed record Operator(string Text, int Place, int Length, Kind Kind = Kind.Judgement);

    private static readonly Operator[] Operators =
    [
        new("=", 1, 3), new("!=", 1, 3), new("<", 1, 3), new(">", 1, 3),
        new("-eq", 1, 3), new("-ne", 1, 3), new("-lt", 1, 3), new("-le", 1, 3), new("-gt", 1, 3), new("-ge", 1, 3),
        new("!", 0, 1, Kind.Not), new("-o", 0, 1, Kind.Or), new("-a", 0, 1, Kind.And),
        new("-z", 0, 2), new("-n", 0, 2), new("-e", 0, 4),
    ];

    public static int Run(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 3)
            return UBootResult.Failure;
        bool holds = false, before = false, isNegated = false;
        Kind? joined = null;
        for (int at = 1; at < words.Count;)
        {
            int left = words.Count - at;
            Operator? found = Array.Find(
                Operators, candidate => left > candidate.Place && words[at + candidate.Place] == candidate.Text);
            if (found is null || left < found.Length)
            {
                holds = true;
                break;
            }
            switch (found.Kind)
            {
                case Kind.Not:
                    isNegated = !isNegated;
                    break;
                case Kind.And or Kind.Or:
                    (before, joined) = (holds, found.Kind);
                    break;
                default:
                    holds = Judge(machine, found.Text, [.. words.Skip(at).Take(found.Length)]) != isNegated;
                    isNegated = false;
                    holds = joined switch
                    {
                        Kind.Or => before || holds,
                        Kind.And => before && holds,
                        _ => holds,
                    };
                    joined = null;
                    break;
            }
            at += found.Length;
        }
        return holds ? UBootResult.Success : UBootResult.Failure;
    }

    private static bool Judge(UBootMachine machine, string operation, string[] words) => operation switch
    {
        "-z" => words[1].Length == 0,
        "-n" => words[1].Length > 0,
        "=" => words[0] == words[2],
        "!=" => words[0] != words[2],
        "<" => string.CompareOrdinal(words[0], words[2]) < 0,
        ">" => string.CompareOrdinal(words[0], words[2]) > 0,
        "-eq" => UBootNumbers.Signed(words[0]) == UBootNumbers.Signed(words[2]),
        "-ne" => UBootNumbers.Signed(words[0]) != UBootNumbers.Signed(words[2]),
        "-lt" => UBootNumbers.Signed(words[0]) < UBootNumbers.Signed(words[2]),
        "-le" => UBootNumbers.Signed(words[0]) <= UBootNumbers.Signed(words[2]),
        "-gt" => UBootNumbers.Signed(words[0]) > UBootNumbers.Signed(words[2]),
        "-ge" => UBootNumbers.Signed(words[0]) >= UBootNumbers.Signed(words[2]),
        _ => BlockDevices.FindFileSystem(machine, words[1], words[2], null)?.Exists(words[3]) ?? false,
    };
}
