// Every rule about gadget.yaml that a finding may name: our code, its weight, one sentence, and the short name under
// which the rules are listed in README.md. Grouped by hundreds:
//
//   JC10xx the file and its YAML   JC13xx volumes      JC16xx roles                 JC19xx advice of ours
//   JC11xx placement               JC14xx structures   JC17xx defaults, command line
//   JC12xx scalars                 JC15xx content      JC18xx newer snapd
using JetsonCore.Diagnostics;

namespace JetsonCore.Gadget.Model;

/// <summary>Rules about gadget.yaml.</summary>
internal static partial class GadgetRuleList
{
    /// <summary>Not YAML.</summary>
    public static readonly Rule Syntax = Error("JC1001", "the file is YAML", "Y-SYNTAX");

    /// <summary>A list where a text belongs, and the like.</summary>
    public static readonly Rule Kind = Error("JC1002", "each key holds the kind of value it is made for", "Y-KIND");

    /// <summary>Anchors that contain themselves or explode.</summary>
    public static readonly Rule Alias = Error("JC1003", "anchors do not contain themselves nor explode", "Y-ALIAS");

    /// <summary>Too large or too deep.</summary>
    public static readonly Rule Limit = Error("JC1004", "the file is of a sane size and depth", "Y-LIMIT");

    /// <summary>A tag that contradicts its value.</summary>
    public static readonly Rule Tag = Error("JC1005", "a value is what its tag says", "Y-TAG");

    /// <summary>No meta/gadget.yaml.</summary>
    public static readonly Rule NoFile = Error("JC1006", "a core gadget has a meta/gadget.yaml", "F-NOFILE");

    /// <summary>No volumes.</summary>
    public static readonly Rule NoVolumes = Info("JC1007", "a gadget has volumes", "F-EMPTY");

    /// <summary>A key that snapd ignores.</summary>
    public static readonly Rule UnknownKey = Warning("JC1008", "keys are known", "F-UNKNOWN");

    /// <summary>A key given twice.</summary>
    public static readonly Rule DuplicateKey = Warning("JC1009", "a key is given once in a map", "F-TWICE");

    /// <summary>More than one YAML document.</summary>
    public static readonly Rule MoreDocuments = Warning("JC1010", "the file holds one YAML document", "F-DOCS");

    /// <summary>Another kind of file.</summary>
    public static readonly Rule WrongFile = Warning("JC1011", "the file is a gadget.yaml", "A-FILE");

    /// <summary>More findings than anybody reads.</summary>
    public static readonly Rule ManyFindings = Info("JC1012", "a file has fewer than a thousand findings", "A-MANY");

    /// <summary>An MBR that does not start at 0.</summary>
    public static readonly Rule MbrStart = Error("JC1101", "the MBR structure lies at 0", "M-START");

    /// <summary>offset-write of a structure names an unknown one.</summary>
    public static readonly Rule OffsetWriteKnown =
        Error("JC1102", "offset-write names a structure of the same volume", "OW-KNOWN");

    /// <summary>offset-write of content names an unknown structure.</summary>
    public static readonly Rule ContentOffsetWriteKnown =
        Error("JC1103", "offset-write of content names a structure of the same volume", "OW-CONTENT");

    /// <summary>Overlap.</summary>
    public static readonly Rule Overlap = Error("JC1104", "structures of one volume do not overlap", "X-OVERLAP");

    /// <summary>Overlap after floating structures moved to 1 MiB.</summary>
    public static readonly Rule LayoutOverlap =
        Error("JC1105", "structures do not overlap once they are laid out", "L-OVERLAP");

    /// <summary>A position beyond 64 bits.</summary>
    public static readonly Rule PositionRange = Error("JC1106", "positions fit 64 bits", "L-WRAP");

    /// <summary>offset-write outside of what snapd still writes.</summary>
    public static readonly Rule OffsetWriteRange =
        Error("JC1107", "offset-write stays within the first structure or the volume", "N-OW");

    /// <summary>Wrong suffix of a size.</summary>
    public static readonly Rule SizeSuffix = Error("JC1201", "sizes end in nothing, M or G", "Z-SUFFIX");

    /// <summary>No number in a size.</summary>
    public static readonly Rule SizeNumber = Error("JC1202", "sizes begin with a decimal number", "Z-NUMBER");

    /// <summary>A negative size.</summary>
    public static readonly Rule SizeNegative = Error("JC1203", "sizes are not negative", "Z-NEGATIVE");

    /// <summary>A size beyond 63 bits.</summary>
    public static readonly Rule SizeRange = Error("JC1204", "sizes fit 63 bits", "Z-WRAP");

    /// <summary>offset-write with an empty name.</summary>
    public static readonly Rule OffsetWriteName = Error("JC1206", "offset-write has a name before its +", "OW-NAME");

    /// <summary>offset-write without an offset.</summary>
    public static readonly Rule OffsetWriteNumber = Error("JC1207", "offset-write holds an offset", "OW-NUMBER");

    /// <summary>offset-write beyond 4 GiB.</summary>
    public static readonly Rule OffsetWriteLimit = Error("JC1208", "offset-write is at most 4 GiB", "OW-4G");

    /// <summary>A wrong edition.</summary>
    public static readonly Rule EditionRange =
        Error("JC1209", "an edition is a decimal number up to 4294967295", "E-RANGE");

    private static Rule Error(string code, string title, string name) => new(code, Severity.Error, title, name);

    private static Rule Warning(string code, string title, string name) => new(code, Severity.Warning, title, name);

    private static Rule Info(string code, string title, string name) => new(code, Severity.Info, title, name);
}
