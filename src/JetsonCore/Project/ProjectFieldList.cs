// The fields of jetson-core.yaml: the one table that reader, schema, --print and the commented example follow.
using System.Collections.Immutable;
using JetsonCore.Flash;

namespace JetsonCore.Project;

/// <summary>All fields.</summary>
internal static class ProjectFieldList
{
    /// <summary>The file's name in a project's folder.</summary>
    public const string FileName = "jetson-core.yaml";

    /// <summary>The key that names the project below this one.</summary>
    public const string Extends = "extends";

    /// <summary>The key with the profiles.</summary>
    public const string Profiles = "profiles";

    /// <summary>What is said of it.</summary>
    public const string ExtendsDescription =
        "another project, a folder or its file, whose fields hold where this one has none of its own";

    /// <summary>What is said of them.</summary>
    public const string ProfilesDescription =
        "fields by the name of a profile; they override the others where the build is given --profile NAME";

    private const string Automatic = "auto", None = "none";

    /// <summary>What the groups are.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Groups = new Dictionary<string, string>
    {
        ["gadget"] = "the gadget snap: made of a folder, or given",
        ["kernel"] = "the kernel snap: made of a folder and packages, or given",
        ["kernel.lists"] = "entries of list files, here instead of in the folder; \"?\" before one: may be missing",
        ["model"] = "the model: headers to be signed, or a signed one",
        ["store"] = "where snaps of names come from",
        ["first-boot"] = "what the first boot does",
        ["image"] = "the image as a whole",
        ["flash"] = "the bundle for the flash tool",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The fields, in the order in which people read them.</summary>
    public static readonly ImmutableArray<ProjectField> All =
    [
        new("gadget.source", ProjectKind.InputFolder,
            "a folder with gadget.yaml and snap.yaml, or a whole snap's tree with meta/") { Default = "gadget" },
        new("gadget.environment", ProjectKind.InputFile, "the text that uboot.env is made of")
        {
            Example = ["gadget/uboot.env.in"],
        },
        new("gadget.environment-size", ProjectKind.Size, "bytes of uboot.env: CONFIG_ENV_SIZE of the board's U-Boot")
        {
            Default = "128K",
        },
        new("gadget.variables", ProjectKind.NamedTexts, "variables of uboot.env, over those of the text")
        {
            Example = ["fdtfile: my-board.dtb"],
        },
        new("gadget.u-boot", ProjectKind.InputFile, "U-Boot, which becomes u-boot.bin of the snap")
        {
            Example = ["inputs/u-boot.bin"],
        },
        new("gadget.files", ProjectKind.NamedInputs, "what else the snap holds: NAME_IN_THE_SNAP: FILE_OR_FOLDER")
        {
            Example = ["boot-assets/config.txt: gadget/config.txt"],
        },
        new("gadget.snap", ProjectKind.Snap, "a gadget snap that is taken as it is, instead of one that is made")
        {
            Example = ["my-gadget=18/stable"],
        },
        new("kernel.source", ProjectKind.InputFolder, "a folder with snap.yaml, the lists, initramfs/")
        {
            Default = "kernel",
        },
        new("kernel.from", ProjectKind.Inputs,
            ".deb packages, NVIDIA's Tegra…_Linux_R….tbz2, folders with Image, modules/, dtbs/, firmware/")
        {
            Example = ["inputs/kernel.deb", "inputs/firmware.deb"],
        },
        new("kernel.base-initrd", ProjectKind.InputFile,
            "the base's initrd, which modules and overlay are put behind; without it boot/initrd.img* of the base")
        {
            Example = ["inputs/initrd.img"],
        },
        new("kernel.lists.dtbs", ProjectKind.Lines, "device trees of the snap, instead of dtbs.list")
        {
            Example = ["bcm2837-rpi-3-b.dtb"],
        },
        new("kernel.lists.initrd-modules", ProjectKind.Lines, "modules of the initrd, instead of initrd-modules.list")
        {
            Example = ["ext4"],
        },
        new("kernel.lists.initrd-firmware", ProjectKind.Lines,
            "firmware of the initrd, instead of initrd-firmware.list") { Example = ["\"?nvidia/gm20b\""] },
        new("kernel.lists.firmware", ProjectKind.Lines, "firmware of the snap, instead of firmware.list")
        {
            Example = ["brcm"],
        },
        new("kernel.lists.firmware-links", ProjectKind.Lines,
            "links in the snap's firmware, NAME TARGET, instead of firmware-links.list") { Example = ["a.bin b.bin"] },
        new("kernel.snap", ProjectKind.Snap, "a kernel snap that is taken as it is, instead of one that is made")
        {
            Example = ["my-kernel=18/stable"],
        },
        new("snaps", ProjectKind.Snaps,
            "the base, snapd and apps: files, folders, or names of the store as NAME or NAME=CHANNEL")
        {
            Example = ["core18=stable", "snapd"],
        },
        new("model.headers", ProjectKind.Headers, "the model's headers")
        {
            Example =
            [
                "type: model", "series: 16", "authority-id: ${BRAND:-my-brand}", "brand-id: ${BRAND:-my-brand}",
                "model: my-board", "architecture: arm64", "base: core18", "gadget: my-gadget", "kernel: my-kernel",
            ],
        },
        new("model.file", ProjectKind.InputFile, "the model's headers in a file of their own, YAML or JSON")
        {
            Example = ["model.yaml"],
        },
        new("model.sign-key", ProjectKind.Text, "the key that signs the headers: see jetson-core key list")
        {
            Example = ["my-key"],
        },
        new("model.signed", ProjectKind.InputFile, "a signed model, instead of headers")
        {
            Example = ["my-board.model"],
        },
        new("assertions", ProjectKind.Inputs, "files with accounts, keys, statements about snaps")
        {
            Example = ["brand.assert"],
        },
        new("trust", ProjectKind.Inputs, "files with an account and its key to trust besides Canonical's")
        {
            Example = ["root.assert"],
        },
        new("allow-unvouched", ProjectKind.Boolean,
            "whether a model that nobody vouches for is taken: good for first boots, no snapd seeds from it")
        {
            Default = "false",
        },
        new("channel", ProjectKind.Text,
            "the channel that snaps follow; without it stable, or the model's with Ubuntu Core 20 and later")
        {
            Example = ["stable"],
        },
        new("system-label", ProjectKind.Text,
            "the label of the recovery system of Ubuntu Core 20 and later; without it the day of the build")
        {
            Example = ["\"20260131\""],
        },
        new("store.dir", ProjectKind.InputFolder, "a folder that jetson-core fetch has filled, instead of the store")
        {
            Example = ["snaps"],
        },
        new("store.lock", ProjectKind.Place, "a lock: built exactly as it says, written where there is none")
        {
            Example = ["jetson-core.lock"],
        },
        new("store.revisions", ProjectKind.InputFile, "which revision of each snap: a seed.manifest")
        {
            Example = ["seed.manifest"],
        },
        new("store.offline", ProjectKind.Boolean, "whether no socket is opened, whatever is missing")
        {
            Default = "false",
        },
        new("first-boot.console-conf", ProjectKind.Boolean, "whether the first boot asks for network and user")
        {
            Default = "true",
        },
        new("first-boot.cloud-init", ProjectKind.InputFile, "user data for cloud-init on the device")
        {
            Example = ["user-data"],
        },
        new("first-boot.auto-import", ProjectKind.InputFile,
            "assertions that the device imports when it has seeded: a system-user and its signer's account-key")
        {
            Example = ["user.assert"],
        },
        new("first-boot.factory", ProjectKind.Boolean,
            "whether the device is told that it boots in a factory (Ubuntu Core 20 and later)") { Default = "false" },
        new("image.size", ProjectKind.Size, "bytes of the whole image; without it the least") { Example = ["4G"] },
        new("image.sector-size", ProjectKind.Choice, "bytes of a sector of the device")
        {
            Default = "512",
            Choices = ["512", "4096"],
        },
        new("image.ram", ProjectKind.Ram, "where the board's RAM is; without it the device tree says")
        {
            Example = ["0x80000000:0x40000000"],
        },
        new("flash.target", ProjectKind.Choice,
            "the flash tool; auto makes a bundle where the gadget has what one wants")
        {
            Default = Automatic,
            Choices = [Automatic, .. FlashTarget.All.Select(target => target.Name), None],
        },
        new("flash.tar-format", ProjectKind.Choice, "how the bundle is compressed")
        {
            Default = "xz",
            Choices = ["xz", "zstd", "gz", None],
        },
        new("flash.sparse", ProjectKind.Boolean, "whether the bundle has Android sparse images: less goes over USB")
        {
            Default = "false",
        },
        new("flash.uboot-for-r24", ProjectKind.Boolean,
            "whether the bundle also flashes with L4T R24.1; not tried on a board") { Default = "false" },
        new("output", ProjectKind.Place, "the folder of the results") { Default = "out" },
        new("time", ProjectKind.Time,
            "the time of everything that is made; SOURCE_DATE_EPOCH goes before it, the model's timestamp behind")
        {
            Example = ["1767225600"],
        },
    ];

    /// <summary>The field of a name, or null.</summary>
    public static ProjectField? Find(string name) => All.FirstOrDefault(field => field.Name == name);

    /// <summary>The keys below a group, or at the top for the empty one, in their order.</summary>
    public static string[] KeysBelow(string group)
    {
        int from = group.Length == 0 ? 0 : group.Length + 1;
        return
        [
            .. All.Where(field => group.Length == 0 || field.Name.StartsWith(group + ".", StringComparison.Ordinal))
                .Select(field => field.Name[from..].Split('.')[0]).Distinct(StringComparer.Ordinal),
        ];
    }
}
