// Sizes on the command line, all of them: bytes, or with a unit of 1024 as dd and gadget.yaml count them, written as
// either writes it (256M, 256MiB). "256MB" is 256 000 000 to some and 268 435 456 to others, and so refused.
using System.CommandLine;
using System.CommandLine.Parsing;
using JetsonCore.Files;

namespace JetsonCore.Cli.Shell;

internal static class ByteSizes
{
    private const int SectorBytes = 512;

    /// <summary>An option with a size, "15758000128", "256M" or "14GiB".</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="least">The least that makes sense.</param>
    public static Option<long?> Option(string name, string description, long least = 1) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result => Parse(result, least, long.MaxValue),
    };

    /// <summary>An option with a small size, of a block or a sector.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="usual">The size without the option.</param>
    /// <param name="refuse">Why a size cannot be used; null for one that can.</param>
    public static Option<int> SmallOption(
        string name, string description, int usual, Func<long, string?>? refuse = null)
    {
        return new(name)
        {
            Description = description,
            HelpName = "SIZE",
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                if (Parse(result, 1, int.MaxValue) is not { } bytes)
                    return usual;
                if (refuse?.Invoke(bytes) is { } reason)
                    result.AddError(reason);
                return (int)bytes;
            },
        };
    }

    /// <summary>The option of sectors, which devices have in two sizes.</summary>
    public static Option<int> SectorSizeOption() => SmallOption(
        "--sector-size", "bytes of a sector of the device: 512 or 4096", SectorBytes,
        bytes => bytes is SectorBytes or 4096
            ? null
            : "cannot use this --sector-size: devices have sectors of 512 or 4096 bytes");

    /// <summary>Refuses a size that is no whole sectors: no device has it, and tools cut the last one off.</summary>
    /// <param name="command">The command of the option.</param>
    /// <param name="size">The option.</param>
    /// <param name="sectorSize">The option with the size of a sector; null for sectors of 512 bytes.</param>
    public static void RequireWholeSectors(Command command, Option<long?> size, Option<int>? sectorSize = null) =>
        command.Validators.Add(result =>
        {
            long sector = sectorSize is null ? SectorBytes : Typed(result, sectorSize) ?? SectorBytes;
            if (sector == 0 || Typed(result, size) is not { } bytes || bytes % sector == 0)
                return;
            long below = bytes - bytes % sector;
            string above = below <= long.MaxValue - sector ? $" or {below + sector}" : "";
            result.AddError($"cannot use {size.Name} {bytes}: that is no whole sectors of {sector} bytes; "
                + $"write {(below == 0 ? $"{sector}" : $"{below}{above}")}");
        });

    /// <summary>What was typed; null if nothing, or nothing that is a size, which is said elsewhere.</summary>
    private static long? Typed(CommandResult result, Option option) =>
        result.GetResult(option) is { Tokens: [.., var last] } ? ByteSize.Read(last.Value) : null;

    private static long? Parse(ArgumentResult result, long least, long most)
    {
        string text = result.Tokens[0].Value;
        if (ByteSize.Read(text) is not { } bytes)
        {
            result.AddError(text.EndsWith('B') && ByteSize.Read(text[..^1]) is not null
                ? $"cannot read the size \"{text}\": write {text[..^1]} or {text[..^1]}iB for units of 1024"
                : $"cannot read the size \"{text}\": write bytes, or a number with K, M, G or T");
        }
        else if (bytes < least)
        {
            result.AddError($"cannot use the size \"{text}\": it is {least} at least");
        }
        else if (bytes > most)
        {
            result.AddError($"cannot use the size \"{text}\": it is {most} at most");
        }
        else
        {
            return bytes;
        }
        return null;
    }
}
