// One image for `snap prepare-image` and for ours: a model, snaps, statements about them, options.
namespace JetsonCore.Tests.Seed;

internal sealed record PrepareImageCase(string Name)
{
    public string? Base { get; init; } = "core18";

    public string Gadget { get; init; } = "gad";

    public string Kernel { get; init; } = "ker";

    /// <summary>More of the model: <c>, "required-snaps": ["app"]</c>.</summary>
    public string Model { get; init; } = "";

    /// <summary>The snaps by the names of their kinds; see PrepareImageTests.</summary>
    public string[] Snaps { get; init; } = ["snapd", "core18", "gad", "ker"];

    /// <summary>Which of them the store knows.</summary>
    public string[] Asserted { get; init; } = [];

    public string Channel { get; init; } = "stable";

    public bool DisableConsoleConf { get; init; }

    public bool CloudInit { get; init; }

    public bool IsFactoryImage { get; init; }

    /// <summary>What the store says otherwise.</summary>
    public StatementChange[] Changes { get; init; } = [];

    public string ModelTime { get; init; } = "2019-11-13T15:40:00+00:00";

    /// <summary>Whether ours makes with a warning what prepare-image does not, as a key may have expired only by now.</summary>
    public bool OursOnlyWarns { get; init; }

    /// <summary>Whether the brand's key is unknown.</summary>
    public bool IsUnvouched { get; init; }

    /// <summary>Whether we refuse what prepare-image takes, by a decision of ours.</summary>
    public bool OursRefusesMore { get; init; }

    public static readonly PrepareImageCase[] All =
    [
        new("all local"),
        new("Ubuntu Core 16") { Base = null, Gadget = "gad16", Snaps = ["core", "gad16", "ker"] },
        new("Ubuntu Core 16 with apps")
        {
            Base = null, Gadget = "gad16", Snaps = ["core", "gad16", "ker", "old-app", "dev"], Model = """, "required-snaps": ["old-app"]""",
            Asserted = ["core", "old-app"],
        },
        new("Ubuntu Core 16 without core") { Base = null, Gadget = "gad16", Snaps = ["gad16", "ker"] },
        new("Ubuntu Core 16 with a gadget of core18") { Base = null, Snaps = ["core", "core18", "gad", "ker"] },
        new("asserted base and snapd") { Asserted = ["snapd", "core18"] },
        new("all asserted") { Asserted = ["snapd", "core18", "gad", "ker"] },
        new("a name for people") { Model = """, "display-name": "My Board" """ },
        new("apps in the order of the model")
        {
            Snaps = ["zoo", "app", "snapd", "core18", "gad", "ker", "core"], Model = """, "required-snaps": ["app", "zoo"]""",
            Asserted = ["zoo"],
        },
        new("extra snaps") { Snaps = ["dev", "snapd", "core18", "gad", "ker", "app"], Asserted = ["app"] },
        new("an extra snap with its own base") { Snaps = ["snapd", "core18", "gad", "ker", "app20", "core20"] },
        new("a required snap whose base is extra")
        {
            Snaps = ["snapd", "core18", "gad", "ker", "app20", "core20"], Model = """, "required-snaps": ["app20"]""",
        },
        new("a required snap with its base")
        {
            Snaps = ["snapd", "core18", "gad", "ker", "app20", "core20"], Model = """, "required-snaps": ["app20", "core20"]""",
        },
        new("a snap without its base") { Snaps = ["snapd", "core18", "gad", "ker", "app20"] },
        new("a snap of core without core") { Snaps = ["snapd", "core18", "gad", "ker", "old-app"] },
        new("a snap that needs no base") { Snaps = ["snapd", "core18", "gad", "ker", "baseless"] },
        new("content without its provider") { Snaps = ["snapd", "core18", "gad", "ker", "themed"] },
        new("content with its provider") { Snaps = ["snapd", "core18", "gad", "ker", "themed", "themes"] },
        new("a required snap whose provider is extra")
        {
            Snaps = ["snapd", "core18", "gad", "ker", "themed", "themes"], Model = """, "required-snaps": ["themed"]""",
        },
        new("a classic snap") { Snaps = ["snapd", "core18", "gad", "ker", "wild"] },
        new("a snap with a contact") { Snaps = ["snapd", "core18", "gad", "ker", "reachable"], Asserted = ["reachable"] },
        new("a gadget of another base") { Gadget = "gad20", Snaps = ["snapd", "core18", "core20", "gad20", "ker"] },
        new("a gadget as kernel") { Kernel = "gad2", Snaps = ["snapd", "core18", "gad", "gad2"] },
        new("a required kernel") { Model = """, "required-snaps": ["ker2"]""", Snaps = ["snapd", "core18", "gad", "ker", "ker2"] },
        new("an extra kernel") { Snaps = ["snapd", "core18", "gad", "ker", "ker2"], OursRefusesMore = true },
        new("a kernel of another publisher") { Kernel = "foreign-ker", Snaps = ["snapd", "core18", "gad", "foreign-ker"], Asserted = ["foreign-ker"] },
        new("an app of another publisher") { Snaps = ["snapd", "core18", "gad", "ker", "foreign-app"], Asserted = ["foreign-app"] },
        new("a revoked snap") { Snaps = ["snapd", "core18", "gad", "ker", "revoked"], Asserted = ["revoked"] },
        new("a snap of another size") { Snaps = ["snapd", "core18", "gad", "ker", "resized"], Asserted = ["resized"] },
        new("a snap of a provenance that is delegated") { Snaps = ["snapd", "core18", "gad", "ker", "delegated"], Asserted = ["delegated"] },
        new("edge") { Channel = "edge", Asserted = ["snapd", "core18", "ker"] },
        new("a track for all") { Channel = "18", Asserted = ["snapd", "ker"] },
        new("a track and a risk") { Channel = "18/edge", Asserted = ["snapd", "ker"] },
        new("no channel") { Channel = "a/b/c/d", Asserted = ["snapd"] },
        new("no risk") { Channel = "18/nonsense", Asserted = ["snapd"] },
        .. Pinned(("edge", true), ("18", true), ("18/edge", true), ("18/beta/br", true), ("stable/hot", true), ("candidate", true),
            ("latest/stable", false), ("foo", false), ("Stable", false)),
        new("a model that nobody vouches for") { IsUnvouched = true },
        new("the brand's store") { Model = """, "store": "my-store" """, Asserted = ["snapd"] },
        new("a store that is not known") { Model = """, "store": "no-store" """, Asserted = ["snapd"] },
        new("a factory") { IsFactoryImage = true },
        new("no console-conf") { DisableConsoleConf = true },
        new("cloud-init") { CloudInit = true, DisableConsoleConf = true },
        new("a gadget with cloud.conf") { Gadget = "cloudy", Snaps = ["snapd", "core18", "cloudy", "ker"] },
        new("gadget defaults") { Gadget = "settled", Snaps = ["snapd", "core18", "settled", "ker"] },
        new("other gadget defaults") { Gadget = "settled2", Snaps = ["snapd", "core18", "settled2", "ker"] },
        new("gadget defaults that say no") { Gadget = "unsettled", Snaps = ["snapd", "core18", "unsettled", "ker"] },
        new("a gadget default that there is not") { Gadget = "wrong", Snaps = ["snapd", "core18", "wrong", "ker"] },
        new("a size that there is not") { Gadget = "wrong2", Snaps = ["snapd", "core18", "wrong2", "ker"] },
    ];

    private static IEnumerable<PrepareImageCase> Pinned(params (string Channel, bool IsTaken)[] channels) =>
        channels.Select(one => new PrepareImageCase($"pinned to 18, channel {one.Channel}, {(one.IsTaken ? "taken" : "refused")}")
        {
            Kernel = "ker=18",
            Channel = one.Channel,
            Asserted = ["ker", "snapd"],
        });
}

/// <summary>A statement of the store that is another, or is not there.</summary>
/// <param name="Type">Its type.</param>
/// <param name="About">What its text has, to tell it from others of the type.</param>
/// <param name="From">What is replaced in its text.</param>
/// <param name="To">By what; null where the statement is gone.</param>
/// <param name="Signer">Who signs it; empty for who signed it before.</param>
/// <param name="KeepsOld">Whether the old one stays beside it.</param>
internal sealed record StatementChange(
    string Type, string About, string From = "", string? To = null, string Signer = "", bool KeepsOld = false)
{
    public bool IsAbout(JetsonCore.Assertions.Assertion one) => one.Type.Name == Type
        && System.Text.Encoding.UTF8.GetString(one.Content.Span).Contains(About, StringComparison.Ordinal);
}
