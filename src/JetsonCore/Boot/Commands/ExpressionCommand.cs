// setexpr: sums, texts in memory, patterns and formats into variables. Numbers are 64 bits wide and wrap around; a
// size (.b .w .l .q .s) only says how much is read at an address (*).
// Source: U-Boot 2023.01, measured in QEMU; dividing by zero gives 0, as the processor does it.
using System.Buffers.Binary;

namespace JetsonCore.Boot.Commands;

internal static class ExpressionCommand
{
    private const int TextMax = 0x10000;

    public static UBootCommand[] All { get; } =
    [
        new("setexpr", 8, Run) { IsRepeatable = false },
    ];

    /// <summary>The size that stands behind a command's name: 1, 2, 4, 8 bytes, 0 for texts, -1 for others.</summary>
    public static int SizeOf(string command, int otherwise)
    {
        if (command.Length <= 2 || command[^2] != '.')
            return otherwise;
        return command[^1] switch
        {
            'b' => 1,
            'w' => 2,
            'l' => 4,
            'q' => 8,
            's' => 0,
            _ => -1,
        };
    }

    private static int Run(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count < 3)
            return UBootResult.Usage;
        int size = SizeOf(words[0], 4);
        bool isText = size == 0;
        if (isText && !words[2].StartsWith('*'))
            return UBootResult.Failure;
        if (words[2] == "fmt")
            return Format(machine, words);
        if (words.Count is 4 or > 6)
            return UBootResult.Usage;
        if (words.Count == 3)
        {
            return isText
                ? machine.SetVariable(words[1], ReadText(machine, words[2]))
                : machine.SetHex(words[1], ReadNumber(machine, words[2], size));
        }
        if (words[2] is "gsub" or "sub")
            return Replace(machine, words);
        if (words.Count != 5 || words[3].Length != 1)
            return UBootResult.Usage;
        return isText ? Join(machine, words) : Compute(machine, words, size);
    }

    private static int Format(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (words.Count == 3)
            return UBootResult.Usage;
        string? text = UBootFormat.Apply(machine, words[3], [.. words.Skip(4)]);
        return text is null ? UBootResult.Failure : machine.SetVariable(words[1], text);
    }

    private static int Join(UBootMachine machine, IReadOnlyList<string> words)
    {
        if (!words[4].StartsWith('*'))
            return UBootResult.Failure;
        if (words[3] == "+")
            return machine.SetVariable(words[1], ReadText(machine, words[2]) + ReadText(machine, words[4]));
        machine.Print("invalid op\n");
        return UBootResult.Failure;
    }

    private static int Compute(UBootMachine machine, IReadOnlyList<string> words, int size)
    {
        ulong left = ReadNumber(machine, words[2], size), right = ReadNumber(machine, words[4], size);
        ulong? result = words[3] switch
        {
            "|" => left | right,
            "&" => left & right,
            "^" => left ^ right,
            "+" => unchecked(left + right),
            "-" => unchecked(left - right),
            "*" => unchecked(left * right),
            "/" => right == 0 ? 0 : left / right,
            "%" => right == 0 ? left : left % right,
            _ => null,
        };
        if (result is { } value)
        {
            machine.SetHex(words[1], value);
            return UBootResult.Success;
        }
        machine.Print("invalid op\n");
        return UBootResult.Failure;
    }

    private static int Replace(UBootMachine machine, IReadOnlyList<string> words)
    {
        var expression = new SlreExpression(words[3]);
        // The real one goes round and round over a bracket that was never opened.
        if (expression.Fault == SlreExpression.Unbalanced)
            throw new UBootEndException(UBootEnd.TooLong);
        if (expression.Fault is { } fault)
        {
            machine.Print($"Error compiling regex: {fault}\n");
            return UBootResult.Failure;
        }
        string name = words[1];
        if ((words.ElementAtOrDefault(5) ?? machine.Variables.Find(name)) is not { } text)
        {
            machine.Print($"## Error: variable \"{name}\" not defined\n");
            return UBootResult.Failure;
        }
        string? replaced = SlreReplacement.Apply(
            machine, expression, (text, words[4]), isForAll: words[2] == "gsub");
        if (replaced is null)
            return UBootResult.Failure;
        machine.Print($"{name}={replaced}\n");
        return machine.SetVariable(name, replaced);
    }

    private static string ReadText(UBootMachine machine, string word) =>
        machine.Memory.ReadText(UBootNumbers.Hex(word[1..]), TextMax);

    private static ulong ReadNumber(UBootMachine machine, string word, int size)
    {
        if (!word.StartsWith('*'))
            return UBootNumbers.Hex(word);
        byte[] bytes = machine.Memory.Read(UBootNumbers.Hex(word[1..]), 8);
        return size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        };
    }
}
