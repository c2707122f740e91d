// Which of our rules snapd's messages (2.57.6) stand for: the first pattern that a message contains decides.
namespace JetsonCore.Tests.Gadget;

internal static class SnapdFaults
{
    private static readonly (string Pattern, string Rules)[] Table =
    [
        ("cannot unmarshal gadget size", "Y-KIND Y-TAG"),
        ("cannot unmarshal gadget offset", "Y-KIND Y-TAG"),
        ("cannot unmarshal \"edition\"", "Y-KIND Y-TAG"),
        ("cannot unmarshal gadget relative offset", "Y-KIND Y-TAG"),
        ("missing offset name", "OW-NAME"),
        ("cannot be negative", "Z-NEGATIVE Z-WRAP"),
        ("no numerical prefix", "Z-NUMBER"),
        ("is not a number", "Z-NUMBER"),
        ("cannot parse size", "Z-SUFFIX Z-NUMBER"),
        ("above 4G limit", "OW-4G"),
        ("missing offset", "OW-NUMBER"),
        ("cannot parse relative offset", "Z-SUFFIX Z-NUMBER OW-NUMBER OW-NAME"),
        ("cannot parse offset", "Z-SUFFIX Z-NUMBER"),
        ("\"edition\" must be", "E-RANGE"),
        ("in gadget connection plug", "CN-PLUG"),
        ("in gadget connection slot", "CN-SLOT"),
        ("cannot unmarshal", "Y-KIND Y-TAG DF-MAP"),
        ("cannot decode", "Y-TAG"),
        ("base64", "Y-TAG"),
        ("map merge requires", "Y-KIND"),
        ("value contains itself", "Y-ALIAS"),
        ("excessive aliasing", "Y-ALIAS"),
        ("invalid map key", "DF-DEEPKEY"),
        ("cannot parse gadget metadata: yaml", "Y-SYNTAX Y-LIMIT"),
        ("default stanza not keyed", "DF-KEY"),
        ("non-string key", "DF-DEEPKEY"),
        ("default value", "DF-VALUE DF-DEEPKEY"),
        ("connection plug cannot be empty", "CN-PLUG"),
        ("stanza is empty", "V-NULL"),
        ("bootloader not declared", "B-NONE"),
        ("too many (", "B-MANY"),
        ("bootloader must be one", "B-NAME"),
        ("piboot bootloader", "B-PIBOOT"),
        ("invalid name", "V-NAME"),
        ("invalid schema", "V-SCHEMA"),
        ("invalid size", "M-SIZE"),
        ("missing size", "S-SIZE"),
        ("type is not specified", "T-NONE"),
        ("type is empty", "T-NONE"),
        ("invalid type", "T-FORM T-HEX T-GUID T-HYBRID"),
        ("conflicting type", "R-BARE R-LEGACY"),
        ("invalid role", "R-KNOWN R-BARE R-LEGACY M-SIZE M-OFFSET M-ID M-FS"),
        ("invalid implicit role", "M-SIZE M-OFFSET M-ID M-FS"),
        ("invalid filesystem", "S-FS"),
        ("invalid content", "C-KIND C-NEED"),
        ("preserving files", "U-BARE"),
        ("duplicate \"preserve\"", "U-TWICE"),
        ("invalid update", "U-BARE U-TWICE"),
        ("is not unique", "S-NAME S-LABEL"),
        ("filesystem label", "S-LABEL R-RESERVED I-TAKEN"),
        ("must start at offset 0", "M-START"),
        ("refers to an unknown structure", "OW-KNOWN OW-CONTENT"),
        ("overlaps with", "X-OVERLAP L-OVERLAP K-OVERLAP"),
        ("overlap with", "X-OVERLAP L-OVERLAP K-OVERLAP"),
        ("cannot have more than one partition with", "R-ONCE"),
        ("is reserved", "R-RESERVED"),
        ("model requires system-seed", "R-SEED-NONE"),
        ("system-seed role requires system-data", "R-SEED-DATA"),
        ("model does not support the system-seed role", "R-SEED-OLD"),
        ("model does not support the system-save role", "R-SAVE-OLD"),
        ("system-save role requires", "R-SAVE-OLD"),
        ("must have an implicit label", "R-LABEL20 R-LABEL18"),
        ("system-data structure must have", "R-LABEL18"),
        ("role as system-seed", "R-VOLUME"),
        ("same volume", "R-VOLUME"),
        ("larger than declared", "K-DECLARED"),
        ("does not fit", "K-FIT"),
        ("no such file", "K-EXISTS"),
        ("cannot use kernel reference", "KR-FORM"),
        ("source path does not exist", "P-EXISTS"),
        ("not a directory", "P-SLASH K-EXISTS"),
        ("cannot find \"", "KR-ASSET KR-CONTENT"),
        ("no asset from the kernel.yaml", "KR-SOMEUSE"),
        ("cannot parse kernel metadata", "KR-YAML Y-KIND Y-SYNTAX Y-TAG"),
        ("invalid asset name", "KR-YAML"),
        ("invalid layout", "L-OVERLAP K-EXISTS K-DECLARED K-FIT K-OVERLAP"),
    ];

    /// <summary>The names of the rules a message may stand for, or empty where it is unknown.</summary>
    public static string[] RulesOf(string message)
    {
        foreach ((string pattern, string rules) in Table)
        {
            if (message.Contains(pattern, StringComparison.Ordinal))
                return rules.Split(' ');
        }
        return [];
    }
}
