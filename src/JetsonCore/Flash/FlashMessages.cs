// What NVIDIA's own messages mean. Each is a rule, so that `explain` knows it by a code and by its words.
using JetsonCore.Diagnostics;

namespace JetsonCore.Flash;

/// <summary>Messages of flash.sh, mkgpt, tegraflash.py and the boot loader.</summary>
public static class FlashMessages
{
    private const int LettersMin = 8;

    private static readonly string[] Variable = ["NAME", "PATH", "SIZE", "(N)"];

    internal static readonly Rule InvalidBoard = Of("JC6150", "Error: Invalid target board - NAME.");
    internal static readonly Rule MissingKernel = Of("JC6151", "Error: missing kernel_image (PATH).");
    internal static readonly Rule InvalidSize = Of("JC6152", "Error: Invalid size(N) for APP");
    internal static readonly Rule NoId = Of("JC6153", "partition id missing. creating gpt(ppt.img) failed.");
    internal static readonly Rule NoFile = Of("JC6154", "file does not exist.");
    internal static readonly Rule NoEntry = Of("JC6155", "Could not determine entry point of bootloader binary");
    internal static readonly Rule NoBoard = Of("JC6156",
        "USB communication failed.Check if device is in recovery. Error: Return value 8");
    internal static readonly Rule NotSupported = Of("JC6157", "*** Update NAME is not supported. ***");
    internal static readonly Rule NoRoot = Of("JC6158", "flash.sh requires root privilege");
    internal static readonly Rule InvalidRoot = Of("JC6159", "Error: Invalid rootfssize: SIZE");
    internal static readonly Rule LongName = Of("JC6160", "filename too long");
    internal static readonly Rule InvalidPartition = Of("JC6161", "Error: invalid partition id (NAME)");
    internal static readonly Rule TooBig = Of("JC6162",
        "Filesize is bigger than partition size; partition size not sufficient for storing unsparsed data");
    internal static readonly Rule NoXmlLint = Of("JC6163", "ERROR xmllint not found!");
    internal static readonly Rule NoPython = Of("JC6164",
        "/usr/bin/env: 'python': No such file or directory; 'ElementTree' object has no attribute 'getiterator'");
    internal static readonly Rule Probing = Of("JC6165", "Error: probing the target board failed.");
    internal static readonly Rule BadSparse = Of("JC6166",
        "Bad chunk type in sparse image; Invalid sparse file format at skip block");
    internal static readonly Rule Signing = Of("JC6167", "Error: Not supported");

    private static readonly Rule[] All =
    [
        InvalidBoard, MissingKernel, InvalidSize, NoId, NoFile, NoEntry,
        NoBoard, NotSupported, NoRoot, InvalidRoot, LongName, InvalidPartition,
        TooBig, NoXmlLint, NoPython, Probing, BadSparse, Signing,
    ];

    /// <summary>The rule of a message, by some of its words; null where none has them.</summary>
    public static Rule? Find(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string wanted = Plain(words);
        if (wanted.Length < LettersMin)
            return null;
        Rule? same = Array.Find(All, rule => rule.Title.Split("; ").Any(title => Plain(title) == wanted));
        return same ?? Array.Find(All, rule => rule.Title.Split("; ").Any(
            title => Plain(string.Join(' ', Pieces(title))).Contains(wanted, StringComparison.Ordinal)
                || HasAll(wanted, Pieces(title).Select(Plain))));
    }

    /// <summary>What stands between the words of a message that differ each time.</summary>
    private static string[] Pieces(string title) =>
        title.Split(Variable, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool HasAll(string text, IEnumerable<string> pieces)
    {
        int at = 0;
        foreach (string piece in pieces)
        {
            int found = text.IndexOf(piece, at, StringComparison.Ordinal);
            if (found < 0)
                return false;
            at = found + piece.Length;
        }
        return at >= LettersMin;
    }

    /// <summary>Small letters only, without the word that begins many messages.</summary>
    private static string Plain(string text)
    {
        string letters = string.Concat(text.Where(char.IsAsciiLetter)).ToLowerInvariant();
        return letters.StartsWith("error", StringComparison.Ordinal) ? letters["error".Length..] : letters;
    }

    private static Rule Of(string code, string message) => new(code, Severity.Error, message);
}
