// Snaps and models of Ubuntu Core 20 and later for tests, each kind with what is special about it.
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.Assertions;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using JetsonCore.Tests.Snaps;

namespace JetsonCore.Tests.Seed;

internal sealed class RecoverySystemWorld : IDisposable
{
    private const string Structures = """
              - {name: ubuntu-seed, role: system-seed, type: "EF,C12A7328-F81F-11D2-BA4B-00A0C93EC93B", filesystem: vfat, size: 64M,
                 content: [CONTENT]}
              - {name: ubuntu-boot, role: system-boot, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 16M}
              - {name: ubuntu-save, role: system-save, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 16M}
              - {name: ubuntu-data, role: system-data, type: "83,0FC63DAF-8483-4772-8E79-3D69D8477DE4", filesystem: ext4, size: 64M}

        """;

    private static readonly string ScriptFolder =
        "/usr/share/gocode/src/github.com/snapcore/snapd/bootloader/assets/data";

    private static readonly (string, string)[] PiFiles =
    [
        ("boot/config.txt", "arm_64bit=1\nkernel=kernel.img\n"), ("boot/cmdline.txt", "console=tty1 rootwait\nsecond line\n"),
        ("boot/start4.elf", "firmware"),
    ];

    private static readonly Dictionary<string, (string Yaml, (string, string)[] Files)> Kinds = new()
    {
        ["snapd"] = ("name: snapd\nversion: '2.57.6'\ntype: snapd\n", []),
        ["core"] = ("name: core\nversion: '16'\ntype: os\n", []),
        ["core20"] = ("name: core20\nversion: '20'\ntype: base\n", []),
        ["core22"] = ("name: core22\nversion: '22'\ntype: base\n", []),
        ["core24"] = ("name: core24\nversion: '24'\ntype: base\n", []),
        ["core26"] = ("name: core26\nversion: '26'\ntype: base\n", []),
        ["gad"] = Gadget("gad", "core20", "u-boot", "gpt", "{source: boot.scr, target: boot.scr}", ("uboot.conf", ""), ("boot.scr", "script")),
        ["gad22"] = Gadget("gad22", "core22", "u-boot", "gpt", "", ("uboot.conf", "")),
        ["gad24"] = Gadget("gad24", "core24", "u-boot", "gpt", "", ("uboot.conf", "")),
        ["gad26"] = Gadget("gad26", "core26", "u-boot", "gpt", "", ("uboot.conf", "")),
        ["gad-env"] = Gadget("gad-env", "core20", "u-boot", "gpt", "", ("uboot.conf", "not empty")),
        ["gad-bare"] = Gadget("gad-bare", "core20", "u-boot", "gpt", ""),
        ["gad-android"] = Gadget("gad-android", "core20", "android-boot", "gpt", "", ("androidboot.conf", "")),
        ["gad-pi"] = Gadget("gad-pi", "core20", "piboot", "mbr", "{source: boot/, target: /}", [("piboot.conf", ""), .. PiFiles]),
        ["gad-pi2"] = Gadget("gad-pi2", "core20", "piboot", "mbr", "{source: boot/, target: /}",
            [("piboot.conf", ""), .. PiFiles[1..], ("boot/config.txt", "os_prefix=old/\n[pi4]\nos_prefix=older/")]),
        ["gad-pi3"] = Gadget("gad-pi3", "core20", "piboot", "mbr", "", ("piboot.conf", "")),
        ["gad-pc"] = Gadget("gad-pc", "core20", "grub", "gpt", "{source: grubx64.efi, target: EFI/boot/grubx64.efi}",
            ("grub.conf", ""), ("grubx64.efi", "grub")),
        ["gad-pc2"] = Gadget("gad-pc2", "core20", "grub", "gpt", "", ("grub.conf", ""),
            ("cmdline.extra", "# one line\nquiet  splash\n\nvideo=\"a b\" empty= x=\"\"\n")),
        ["gad-pc3"] = Gadget("gad-pc3", "core20", "grub", "gpt", "", ("grub.conf", ""), ("cmdline.full", "panic=-1 quiet")),
        ["gad-pc4"] = Gadget("gad-pc4", "core20", "grub", "gpt", "", ("grub.conf", ""), ("cmdline.full", "a"), ("cmdline.extra", "b")),
        ["gad-pc5"] = Gadget("gad-pc5", "core20", "grub", "gpt", "", ("grub.conf", ""), ("cmdline.extra", "snapd_recovery_mode=run")),
        ["gad-ref"] = Gadget("gad-ref", "core20", "u-boot", "gpt",
            "{source: '$kernel:trees/dtbs/', target: /trees/}, {source: '$kernel:trees/extra.bin', target: files/}", ("uboot.conf", "")),
        ["gad18"] = ("name: gad18\nversion: '1'\ntype: gadget\nbase: core20\n",
            [("uboot.conf", ""), ("meta/gadget.yaml", "volumes:\n  pc:\n    bootloader: u-boot\n    structure:\n"
                + "    - {name: system-boot, type: 0FC63DAF-8483-4772-8E79-3D69D8477DE4, filesystem: vfat, size: 50M}\n")]),
        ["ker"] = Kernel("ker", ("kernel.img", "k"), ("initrd.img", "i"), ("dtbs/board.dtb", "d"), ("dtbs/more/other.dtb", "o")),
        ["foreign-ker"] = Kernel("foreign-ker", ("kernel.img", "k"), ("initrd.img", "i")),
        ["ker-pi"] = Kernel("ker-pi", ("kernel.img", "k"), ("initrd.img", "i"), ("dtbs/broadcom/pi4.dtb", "d"), ("dtbs/broadcom/.hidden", "h"),
            ("dtbs/overlays/one.dtbo", "o"), ("dtbs/other/x.dtb", "x")),
        ["ker-pi32"] = Kernel("ker-pi32", ("kernel.img", "k"), ("initrd.img", "i"), ("dtbs/pi2.dtb", "d"), ("dtbs/overlays/one.dtbo", "o"),
            ("dtbs/overlays/README", "text")),
        ["ker-efi"] = Kernel("ker-efi", ("kernel.efi", "k")),
        ["ker-ref"] = Kernel("ker-ref", ("kernel.img", "k"), ("initrd.img", "i"), ("dtbs/board.dtb", "d"), ("extra.bin", "e"),
            ("meta/kernel.yaml", "assets:\n  trees:\n    update: true\n    content: [dtbs/, extra.bin]\n")),
        ["app"] = App("app", "base: core20\n"),
        ["zoo"] = App("zoo", "base: core20\n"),
        ["1e5"] = App("1e5", "base: core20\n"),
        ["app16"] = App("app16", "base: core16\n"),
        ["app22"] = App("app22", "base: core22\n"),
        ["old-app"] = App("old-app", ""),
        ["baseless"] = App("baseless", "base: none\n"),
        ["dev"] = App("dev", "base: core20\nconfinement: devmode\n"),
        ["wild"] = App("wild", "base: core20\nconfinement: classic\n"),
        ["themed"] = App("themed", "base: core20\nplugs:\n  themes:\n    interface: content\n    content: themes\n"
            + "    target: $SNAP/themes\n    default-provider: themes:slot\n"),
        ["themes"] = App("themes", "base: core20\n"),
        ["foreign-app"] = App("foreign-app", "base: core20\n"),
        ["revoked"] = App("revoked", "base: core20\n"),
        ["resized"] = App("resized", "base: core20\n"),
        ["delegated"] = App("delegated", "base: core20\nprovenance: delegated\n"),
    };

    private readonly TempFolder _temp = new();
    private readonly Dictionary<string, SnapFile> _snaps = [];
    private readonly Dictionary<string, Assertion[]> _statements = [];
    private readonly Dictionary<RecoverySystemCase, Assertion> _models = [];
    private readonly Lazy<Assertion[]> _store;

    public RecoverySystemWorld() => _store = new(() => SnapStatements.Store(Chain));

    public TestChain Chain { get; } = new();

    public void Dispose()
    {
        Chain.Dispose();
        _temp.Dispose();
    }

    /// <summary>A snap of a kind, made once.</summary>
    public SnapFile Snap(string kind)
    {
        if (!_snaps.TryGetValue(kind, out SnapFile? snap))
        {
            (string yaml, (string, string)[] files) = kind == "snapd-grub" ? WithScripts() : Kinds[kind];
            _snaps[kind] = snap = TestSnap.MakeReal(_temp, $"{kind}-", yaml, files);
        }
        return snap;
    }

    /// <summary>What is known in a case; signing takes its time, so each is signed once.</summary>
    public IEnumerable<Assertion> Statements(RecoverySystemCase one) => _store.Value.Concat(
        one.Snaps.Distinct().Where(kind => one.Asserted is ["*"] || one.Asserted.Contains(kind)).SelectMany(StatementsOf));

    /// <summary>The statements about a snap.</summary>
    public Assertion[] StatementsOf(string kind)
    {
        if (!_statements.TryGetValue(kind, out Assertion[]? statements))
            _statements[kind] = statements = [.. SnapStatements.Of(kind, Snap(kind), Chain)];
        return statements;
    }

    public Assertion Model(RecoverySystemCase one)
    {
        if (!_models.TryGetValue(one, out Assertion? model))
            _models[one] = model = SignModel(one);
        return model;
    }

    private Assertion SignModel(RecoverySystemCase one)
    {
        string entries = string.Join(", ", one.Entries.Select(entry => Entry(entry, one.Grade)));
        return TestChain.Sign($$"""
            {
              "type": "model", "series": "16", "authority-id": "my-brand", "brand-id": "my-brand", "model": "my-model",
              "architecture": "arm64", "base": "{{one.Base}}", "grade": "{{one.Grade}}", "snaps": [ {{entries}} ],
              "timestamp": "2021-11-13T15:40:00+00:00"{{one.Model}}
            }
            """, one.IsUnvouched ? Chain.RootKey : Chain.BrandKey);
    }

    private static string Entry(string entry, string grade)
    {
        string[] parts = entry.Split(' ', 2);
        string kind = parts[0], more = parts is [_, var given] ? given : "";
        string type = Kinds[kind].Yaml.Split('\n').FirstOrDefault(line => line.StartsWith("type: ", StringComparison.Ordinal))?[6..] ?? "app";
        JsonObject json = JsonNode.Parse($"{{ {(more is "+id" ? "" : more)} }}")!.AsObject();
        json["name"] = kind;
        if (grade != "dangerous" || more is "+id")
            json["id"] ??= SnapStatements.IdOf(kind);
        json["type"] ??= type == "os" ? "core" : type;
        return json.ToJsonString();
    }

    private static (string, (string, string)[]) WithScripts()
    {
        string run = File.ReadAllText(Path.Combine(ScriptFolder, "grub.cfg"));
        string recovery = File.ReadAllText(Path.Combine(ScriptFolder, "grub-recovery.cfg"));
        var padding = new string('\0', (1 << 20) - 3000);       // the scripts lie across a megabyte
        return (Kinds["snapd"].Yaml,
            [("usr/lib/snapd/snapd", $"# Snapd-Boot-Config-Edition: # odd{padding}{run}{recovery}\0{new string('x', 100_000)}")]);
    }

    private static (string, (string, string)[]) App(string name, string more) => ($"name: {name}\nversion: '1.0'\n{more}", []);

    private static (string, (string, string)[]) Kernel(string name, params (string, string)[] files) =>
        ($"name: {name}\nversion: '5.4~rc1+x'\ntype: kernel\n", files);

    private static (string, (string, string)[]) Gadget(
        string name, string baseName, string bootloader, string schema, string content, params (string, string)[] files)
    {
        var yaml = new StringBuilder($"volumes:\n  pc:\n    bootloader: {bootloader}\n    schema: {schema}\n    structure:\n");
        yaml.Append(Structures.Replace("CONTENT", content, StringComparison.Ordinal));
        return ($"name: {name}\nversion: '1'\ntype: gadget\nbase: {baseName}\n", [("meta/gadget.yaml", yaml.ToString()), .. files]);
    }
}
