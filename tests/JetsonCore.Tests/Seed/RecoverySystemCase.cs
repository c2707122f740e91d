// One image of Ubuntu Core 20 or later for `snap prepare-image` and for ours: a model, snaps, statements, options.
namespace JetsonCore.Tests.Seed;

/// <summary>An image.</summary>
/// <param name="Name">What is special.</param>
internal sealed record RecoverySystemCase(string Name)
{
    public string Base { get; init; } = "core20";

    public string Grade { get; init; } = "dangerous";

    /// <summary>The entries of the model: kinds of snaps, each with more of its JSON behind a space.</summary>
    public string[] Entries { get; init; } = ["gad", "ker"];

    /// <summary>More of the model: <c>, "store": "my-store"</c>.</summary>
    public string Model { get; init; } = "";

    /// <summary>The snaps by the names of their kinds; see RecoverySystemWorld.</summary>
    public string[] Snaps { get; init; } = ["gad", "ker", "snapd", "core20"];

    /// <summary>Which of them the store knows; "*" for all.</summary>
    public string[] Asserted { get; init; } = [];

    public string Channel { get; init; } = "";

    public bool DisableConsoleConf { get; init; }

    public bool CloudInit { get; init; }

    public bool IsFactoryImage { get; init; }

    public bool IsUnvouched { get; init; }

    /// <summary>Whether we refuse what prepare-image takes, by a decision of ours.</summary>
    public bool OursRefusesMore { get; init; }

    private static readonly string[] All20 = ["*"], Signed = ["gad", "ker", "snapd", "core20"];

    public static readonly RecoverySystemCase[] All =
    [
        new("all local"),
        new("all local, explicit base and snapd") { Entries = ["gad", "ker", "core20", "snapd"] },
        new("with ids in the model") { Entries = ["gad +id", "ker +id"] },
        new("asserted base and snapd") { Asserted = ["snapd", "core20"] },
        new("all asserted") { Asserted = All20 },
        new("all asserted, other order") { Asserted = All20, Snaps = ["core20", "snapd", "ker", "gad"] },
        new("signed") { Grade = "signed", Asserted = All20 },
        new("signed, everything listed")
        {
            Grade = "signed", Asserted = All20, Entries = ["snapd", "core20", "gad", "ker", "app"], Snaps = [.. Signed, "app"],
        },
        new("secured") { Grade = "secured", Asserted = All20, Entries = ["gad", "ker", "core20"] },
        new("secured, encrypted") { Grade = "secured", Asserted = All20, Model = """, "storage-safety": "encrypted" """ },
        new("signed, storage-safety") { Grade = "signed", Asserted = All20, Model = """, "storage-safety": "prefer-unencrypted" """ },
        new("a store, users and a name for people")
        {
            Model = """, "store": "my-store", "display-name": "My Board", "system-user-authority": "*", "serial-authority": ["third"] """,
        },
        new("a store, signed") { Grade = "signed", Asserted = All20, Model = """, "store": "my-store" """ },
        new("apps in the order of the model")
        {
            Entries = ["app", "gad", "zoo", "ker", "dev"], Snaps = ["zoo", "dev", "app", "gad", "ker", "snapd", "core20"],
        },
        new("apps of others, some asserted")
        {
            Entries = ["gad", "ker", "foreign-app", "app"], Snaps = ["foreign-app", "app", "gad", "ker", "snapd", "core20"],
            Asserted = ["foreign-app", "core20"],
        },
        new("default channels") { Entries = ["""gad "default-channel": "20/edge" """, "ker", """app "default-channel": "latest/beta/fix" """],
            Snaps = ["gad", "ker", "snapd", "core20", "app"], Asserted = All20 },
        new("another channel") { Channel = "edge", Asserted = All20 },
        new("another channel, local snaps") { Channel = "edge" },
        new("another channel beside default channels")
        {
            Channel = "beta", Entries = ["""gad "default-channel": "20/edge" """, "ker"], Asserted = ["gad", "snapd"],
        },
        new("a track for all") { Channel = "20", Asserted = ["ker"] },
        new("a track and a risk") { Channel = "20/candidate", Asserted = ["ker"] },
        new("an extra snap") { Snaps = ["gad", "ker", "snapd", "core20", "app"] },
        new("extra snaps, asserted") { Snaps = ["app", "gad", "foreign-app", "ker", "snapd", "core20"], Asserted = ["app", "foreign-app", "core20"] },
        new("extra snaps, asserted, another channel")
        {
            Snaps = ["app", "gad", "zoo", "ker", "snapd", "core20"], Asserted = ["app", "core20"], Channel = "edge",
        },
        new("an extra snap with its own base") { Snaps = ["gad", "ker", "snapd", "core20", "app22", "core22"] },
        new("an optional snap that is given") { Entries = ["gad", "ker", """app "presence": "optional" """], Snaps = ["gad", "ker", "snapd", "core20", "app"] },
        new("an optional snap that is not given") { Entries = ["gad", "ker", """app "presence": "optional" """] },
        new("a required snap in more modes") { Entries = ["gad", "ker", """app "modes": ["run", "ephemeral"], "presence": "required" """],
            Snaps = ["gad", "ker", "snapd", "core20", "app"] },
        new("a snap for recover alone") { Entries = ["gad", "ker", """app "modes": ["recover"] """], Snaps = ["gad", "ker", "snapd", "core20", "app"] },
        new("another base in the same modes")
        {
            Entries = ["gad", "ker", """app22 "modes": ["recover"] """, """core22 "modes": ["ephemeral"] """],
            Snaps = ["gad", "ker", "snapd", "core20", "app22", "core22"],
        },
        new("content and its provider")
        {
            Entries = ["gad", "ker", "themed", "themes"], Snaps = ["gad", "ker", "snapd", "core20", "themed", "themes"],
        },
        new("without a base") { Entries = ["gad", "ker", "baseless"], Snaps = ["gad", "ker", "snapd", "core20", "baseless"] },
        new("core16 is core") { OursRefusesMore = true, Entries = ["gad", "ker", "app16", "core"], Snaps = ["gad", "ker", "snapd", "core20", "app16", "core"] },
        new("of other provenance") { Entries = ["gad", "ker", "delegated"], Snaps = ["gad", "ker", "snapd", "core20", "delegated"],
            Asserted = ["delegated"] },
        new("names that look like numbers") { Entries = ["gad", "ker", "1e5"], Snaps = ["gad", "ker", "snapd", "core20", "1e5"] },
        new("Ubuntu Core 22") { Base = "core22", Entries = ["gad22", "ker"], Snaps = ["gad22", "ker", "snapd", "core22"] },
        new("Ubuntu Core 22, signed")
        {
            Base = "core22", Grade = "signed", Entries = ["gad22", "ker"], Snaps = ["gad22", "ker", "snapd", "core22"], Asserted = All20,
        },
        new("Ubuntu Core 24") { Base = "core24", Entries = ["gad24", "ker", "core24"], Snaps = ["gad24", "ker", "snapd", "core24"] },
        new("Ubuntu Core 24, secured")
        {
            Base = "core24", Grade = "secured", Entries = ["gad24", "ker", "core24"], Snaps = ["gad24", "ker", "snapd", "core24"], Asserted = All20,
        },
        new("Ubuntu Core 26") { Base = "core26", Entries = ["gad26", "ker"], Snaps = ["gad26", "ker", "snapd", "core26"] },
        new("piboot, arm64") { Entries = ["gad-pi", "ker-pi"], Snaps = ["gad-pi", "ker-pi", "snapd", "core20"] },
        new("piboot, armhf") { Entries = ["gad-pi", "ker-pi32"], Snaps = ["gad-pi", "ker-pi32", "snapd", "core20"] },
        new("piboot, os_prefix in the gadget") { Entries = ["gad-pi2", "ker-pi"], Snaps = ["gad-pi2", "ker-pi", "snapd", "core20"] },
        new("piboot, asserted") { Grade = "signed", Entries = ["gad-pi", "ker-pi"], Snaps = ["gad-pi", "ker-pi", "snapd", "core20"], Asserted = All20 },
        new("a factory") { IsFactoryImage = true },
        new("a factory, piboot") { IsFactoryImage = true, Entries = ["gad-pi", "ker-pi"], Snaps = ["gad-pi", "ker-pi", "snapd", "core20"] },
        new("a factory, GRUB, secured")
        {
            IsFactoryImage = true, Grade = "secured", Asserted = All20, Entries = ["gad-pc", "ker-efi"], Snaps = ["gad-pc", "ker-efi", "snapd-grub", "core20"],
        },
        new("GRUB") { Entries = ["gad-pc", "ker-efi"], Snaps = ["gad-pc", "ker-efi", "snapd-grub", "core20"] },
        new("GRUB, asserted, arguments for the kernel")
        {
            Grade = "signed", Entries = ["gad-pc2", "ker-efi"], Snaps = ["gad-pc2", "ker-efi", "snapd-grub", "core20"], Asserted = All20,
        },
        new("GRUB, all arguments") { Entries = ["gad-pc3", "ker-efi"], Snaps = ["gad-pc3", "ker-efi", "snapd-grub", "core20"] },
        new("content from the kernel") { Entries = ["gad-ref", "ker-ref"], Snaps = ["gad-ref", "ker-ref", "snapd", "core20"] },

        new("no kernel") { Snaps = ["gad", "snapd", "core20"] },
        new("no gadget") { Snaps = ["ker", "snapd", "core20"] },
        new("no base") { Snaps = ["gad", "ker", "snapd"] },
        new("no snapd") { Snaps = ["gad", "ker", "core20"] },
        new("a snap twice") { Snaps = ["gad", "ker", "snapd", "core20", "ker"] },
        new("a required snap is missing") { Entries = ["gad", "ker", "app"] },
        new("an app of the wrong type") { Entries = ["gad", "ker", """app "type": "base" """], Snaps = ["gad", "ker", "snapd", "core20", "app"] },
        new("a base without its type") { Entries = ["gad", "ker", """core22 "type": "app" """], Snaps = ["gad", "ker", "snapd", "core20", "core22"] },
        new("a kernel that is an app") { Entries = ["gad", """app "type": "kernel" """], Snaps = ["gad", "app", "snapd", "core20"] },
        new("a gadget of another base") { Entries = ["gad22", "ker"], Snaps = ["gad22", "ker", "snapd", "core20"] },
        new("an app whose base is missing") { Entries = ["gad", "ker", "app22"], Snaps = ["gad", "ker", "snapd", "core20", "app22"] },
        new("an app whose base is extra") { Entries = ["gad", "ker", "app22"], Snaps = ["gad", "ker", "snapd", "core20", "app22", "core22"] },
        new("an app whose base has other modes")
        {
            Entries = ["gad", "ker", """app22 "modes": ["recover"] """, "core22"], Snaps = ["gad", "ker", "snapd", "core20", "app22", "core22"],
        },
        new("an app in more modes than its base")
        {
            Entries = ["gad", "ker", """app22 "modes": ["run", "ephemeral"] """, "core22"], Snaps = ["gad", "ker", "snapd", "core20", "app22", "core22"],
        },
        new("an extra app in no mode of its base")
        {
            Entries = ["gad", "ker", """core22 "modes": ["ephemeral"] """], Snaps = ["gad", "ker", "snapd", "core20", "app22", "core22"],
        },
        new("an app on core") { Entries = ["gad", "ker", "old-app"], Snaps = ["gad", "ker", "snapd", "core20", "old-app"] },
        new("an app on core, which is extra") { Entries = ["gad", "ker", "old-app"], Snaps = ["gad", "ker", "snapd", "core20", "old-app", "core"] },
        new("content without its provider") { Entries = ["gad", "ker", "themed"], Snaps = ["gad", "ker", "snapd", "core20", "themed"] },
        new("content whose provider has other modes")
        {
            Entries = ["gad", "ker", """themed "modes": ["recover"] """, "themes"], Snaps = ["gad", "ker", "snapd", "core20", "themed", "themes"],
        },
        new("classic") { Entries = ["gad", "ker", "wild"], Snaps = ["gad", "ker", "snapd", "core20", "wild"] },
        new("signed, a local app")
        {
            Grade = "signed", Entries = ["gad", "ker", "app"], Snaps = ["gad", "ker", "snapd", "core20", "app"], Asserted = Signed,
        },
        new("signed, all local") { Grade = "signed" },
        new("secured, a local kernel") { Grade = "secured", Asserted = ["gad", "snapd", "core20"] },
        new("signed, an extra snap") { Grade = "signed", Asserted = All20, Snaps = ["gad", "ker", "snapd", "core20", "app"] },
        new("signed, devmode")
        {
            Grade = "signed", Asserted = All20, Entries = ["gad", "ker", "dev"], Snaps = ["gad", "ker", "snapd", "core20", "dev"],
        },
        new("signed, another channel") { Grade = "signed", Asserted = All20, Channel = "edge" },
        new("secured, another channel") { Grade = "secured", Asserted = All20, Channel = "20/stable" },
        new("no channel") { Channel = "a/b/c/d" },
        new("no risk") { Channel = "20/nonsense" },
        new("an id of another snap") { Entries = ["gad", """ker "id": "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz" """], Asserted = ["ker"] },
        new("a kernel of others") { Entries = ["gad", "foreign-ker"], Snaps = ["gad", "foreign-ker", "snapd", "core20"], Asserted = ["foreign-ker"] },
        new("a revoked app") { Entries = ["gad", "ker", "revoked"], Snaps = ["gad", "ker", "snapd", "core20", "revoked"], Asserted = ["revoked"] },
        new("an app of another size") { Entries = ["gad", "ker", "resized"], Snaps = ["gad", "ker", "snapd", "core20", "resized"], Asserted = ["resized"] },
        new("nobody vouches") { IsUnvouched = true },
        new("console-conf") { DisableConsoleConf = true },
        new("cloud-init") { CloudInit = true },
        new("a second kernel") { Snaps = ["gad", "ker", "snapd", "core20", "ker-pi"], OursRefusesMore = true },
        new("a filled uboot.conf") { Entries = ["gad-env", "ker"], Snaps = ["gad-env", "ker", "snapd", "core20"] },
        new("no mark of a boot loader") { Entries = ["gad-bare", "ker"], Snaps = ["gad-bare", "ker", "snapd", "core20"] },
        new("a boot loader without recovery systems") { Entries = ["gad-android", "ker"], Snaps = ["gad-android", "ker", "snapd", "core20"] },
        new("piboot without overlays") { Entries = ["gad-pi", "ker"], Snaps = ["gad-pi", "ker", "snapd", "core20"] },
        new("piboot without config.txt") { Entries = ["gad-pi3", "ker-pi"], Snaps = ["gad-pi3", "ker-pi", "snapd", "core20"] },
        new("a gadget for Ubuntu Core 18") { Entries = ["gad18", "ker"], Snaps = ["gad18", "ker", "snapd", "core20"] },
        new("content that the kernel lacks") { Entries = ["gad-ref", "ker"], Snaps = ["gad-ref", "ker", "snapd", "core20"] },
        new("two lines of arguments") { Entries = ["gad-pc4", "ker-efi"], Snaps = ["gad-pc4", "ker-efi", "snapd-grub", "core20"] },
        new("arguments of snapd") { Entries = ["gad-pc5", "ker-efi"], Snaps = ["gad-pc5", "ker-efi", "snapd-grub", "core20"] },
    ];
}
