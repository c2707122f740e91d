// The rules about L4T trees: JC6000 to JC6099. What NVIDIA's own messages mean is in FlashMessages.
using JetsonCore.Diagnostics;

namespace JetsonCore.Flash;

/// <summary>Rules about trees, board files, layouts and what is flashed with them.</summary>
internal static class FlashRules
{
    public static readonly Rule NoTree = Error("JC6000", "the folder is an unpacked Linux_for_Tegra");
    public static readonly Rule Release = Error("JC6001", "the release of the tree is known and supported");
    public static readonly Rule NoBoardFile = Error("JC6002", "the tree has the board's file");
    public static readonly Rule NotSupported = Error("JC6003", "the board is supported");
    public static readonly Rule BlankInPath = Error("JC6004", "no blank is in a path that flash.sh splits");
    public static readonly Rule NoUBootForR24 = Error("JC6005", "the bundle has U-Boot in the form that L4T R24 takes");
    public static readonly Rule UBootUntried =
        Warning("JC6006", "U-Boot in EBT, as L4T R24 has it, has not been tried on a board");

    public static readonly Rule Unread = Warning("JC6010", "all of a board file can be read");
    public static readonly Rule Unset = Error("JC6011", "the board file sets what flash.sh needs, and it can be told");
    public static readonly Rule BadSize = Error("JC6012", "sizes are digits, or digits and KiB, MiB or GiB");
    public static readonly Rule ByFunction =
        Info("JC6013", "flash.sh may change a variable by a function of the board file");

    public static readonly Rule BadLayout = Error("JC6020", "the layout is well-formed XML with partitions");
    public static readonly Rule NoPartition = Error("JC6021", "the layout has the partitions that are written");
    public static readonly Rule NamedTwice = Error("JC6022", "partitions of a device have different names");
    public static readonly Rule NoId = Error("JC6023", "where mkgpt runs, every partition has an id");
    public static readonly Rule TwoFiles = Error("JC6024", "a partition names one file at most");
    public static readonly Rule BadFileName = Error("JC6025", "file names hold no word of flash.sh, and fit");
    public static readonly Rule NoDataFile = Error("JC6026", "the partition that takes writable names its file");
    public static readonly Rule UnknownWord = Error("JC6027", "sizes are numbers once flash.sh has filled them in");
    public static readonly Rule DoesNotFill = Error("JC6028", "the data partition takes the rest, and is the last");
    public static readonly Rule LineLost = Error("JC6029", "lines that flash.sh drops hold a file name only");
    public static readonly Rule NotFirst = Error("JC6030", "APP is the first partition of the table");

    public static readonly Rule AppSize = Error("JC6040", "APP has the size of its image");
    public static readonly Rule EraseBlocks = Error("JC6041", "where mkgpt runs, APP has whole erase blocks of 2 MiB");
    public static readonly Rule DoesNotFit = Error("JC6042", "files fit their partitions");
    public static readonly Rule DeviceFull = Error("JC6043", "all partitions fit the eMMC");
    public static readonly Rule EmmcSize = Info("JC6044", "mkgpt is told the size of the board's eMMC");
    public static readonly Rule AppStart = Info("JC6045", "APP starts where gadget.yaml says");
    public static readonly Rule GadgetSize = Warning("JC6046", "gadget.yaml and the layout agree about sizes");
    public static readonly Rule GadgetOnly = Warning("JC6047", "every structure of gadget.yaml is in the table");
    public static readonly Rule LayoutOnly = Info("JC6048", "every partition of the table is in gadget.yaml");
    public static readonly Rule GadgetOrder = Warning("JC6049", "gadget.yaml and the layout agree about the order");

    public static readonly Rule MissingFile = Error("JC6060", "the files are there that flash.sh cannot do without");
    public static readonly Rule MissingOptional = Warning("JC6061", "files are there that partitions are named for");
    public static readonly Rule MissingImage = Error("JC6062", "files that the layout names are there");
    public static readonly Rule UBootFile = Error("JC6063", "LNX, in R24 EBT, gets our U-Boot");
    public static readonly Rule UBootEntry = Error("JC6064", "U-Boot is linked for the address that it is put to");
    public static readonly Rule Changed = Error("JC6065", "files in the tree are those of the bundle");

    public static readonly Rule NotApplied = Info("JC6070", "the tree has what the bundle brings");
    public static readonly Rule Stale = Error("JC6071", "our board file and layout follow from the vendor's");
    public static readonly Rule Interrupted = Error("JC6072", "an apply or undo was not interrupted");
    public static readonly Rule OldPatch = Warning("JC6073", "no patch has edited the vendor's files");

    public static readonly Rule Host = Warning("JC6080", "this machine has what flash.sh needs");

    public static readonly Rule BadBundle = Error("JC6090", "the bundle is one of this program's");
    public static readonly Rule OtherBoard = Error("JC6091", "the bundle is for the board of the tree");

    private static Rule Error(string code, string title) => new(code, Severity.Error, title);

    private static Rule Warning(string code, string title) => new(code, Severity.Warning, title);

    private static Rule Info(string code, string title) => new(code, Severity.Info, title);
}
