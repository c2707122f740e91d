// Builds that differ from a good one in one thing: models, snaps, statements of the store, settings of the gadget.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;
using JetsonCore.Tests.Snaps;

namespace JetsonCore.Tests.Seed;

internal static class ChangedBuildCases
{
    private const string Brand = "my-brand", Root = "testroot", Stamp = "timestamp: 2019-02-01T00:00:00Z";
    private const string Delegation = "revision-authority:\n  -\n    account-id: my-brand";

    private static readonly string[] Whole = ["snapd", "core18", "gad", "ker", "app"];
    private static readonly string[] Delegated = ["snapd", "core18", "gad", "ker", "delegated"];

    public static readonly PrepareImageCase[] All =
    [
        .. Models, .. Snaps, .. Names, .. Channels, .. Statements, .. Delegations, .. Settings, .. WrongSettings,
    ];

    /// <summary>Those of which each is of another kind, for every run.</summary>
    public static readonly PrepareImageCase[] Some =
    [
        .. All.Where(one => one.Name is "a required base" or "a header that is kept for later" or "a snap called true"
            or "the contact https://example.com/?a=1,2" or "channel yes" or "a key that ended before today" or "an unknown publisher"
            or "delegated: this model is named" or "delegated: another model is named"
            or "settings {system: {experimental: {layouts: maybe}}}"),
    ];

    private static PrepareImageCase[] Models =>
    [
        new("a required base") { Model = Required("core18") },
        new("a required gadget") { Model = Required("gad") },
        new("a required kernel of the model") { Model = Required("ker") },
        new("snapd required") { Model = Required("snapd"), Asserted = ["snapd"] },
        new("core required") { Model = Required("core"), Snaps = ["snapd", "core18", "gad", "ker", "core"] },
        new("a snap required twice") { Model = Required("app", "app"), Snaps = Whole },
        new("a required snap that is not there") { Model = Required("app") },
        new("snapd in an image of core")
        {
            Base = null, Gadget = "gad16", Snaps = ["core", "gad16", "ker", "snapd"], Model = Required("snapd"),
        },
        new("an app of core18 in an image of core")
        {
            Base = null, Gadget = "gad16", Snaps = ["core", "gad16", "ker", "snapd", "core18", "app"], Model = Required("app", "core18", "snapd"),
        },
        new("an app of core18 alone in an image of core")
        {
            Base = null, Gadget = "gad16", Snaps = ["core", "gad16", "ker", "core18", "app"], Model = Required("app", "core18"),
        },
        new("core20 without grade") { Base = "core20", Gadget = "gad20", Snaps = ["snapd", "core20", "gad20", "ker"] },
        new("a base that is core") { Base = "core", Snaps = ["snapd", "core", "gad", "ker"] },
        new("a base that is an app") { Base = "app", Snaps = Whole },
        new("quotes in the name for people") { Model = ", \"display-name\": \"My \\\"Board\\\" ünï\"" },
        new("authorities") { Model = ", \"serial-authority\": [\"third\"], \"system-user-authority\": \"*\"" },
        new("a newer revision") { Model = ", \"revision\": \"7\"" },
        new("a model of the future") { ModelTime = "2090-01-01T00:00:00Z" },
        new("a model older than its key") { ModelTime = "2018-01-01T00:00:00Z" },
        new("a header that is kept for later") { Model = ", \"os\": \"core\"" },
        new("another header that is kept for later") { Model = ", \"class\": \"general\"" },
        new("a header that nobody knows") { Model = ", \"colour\": \"blue\"" },
    ];

    private static PrepareImageCase[] Snaps =>
    [
        new("epochs") { Snaps = [.. Whole, "name: old\nversion: '1'\nbase: core18\nepoch: 3*\n"] },
        new("assumptions") { Snaps = [.. Whole, "name: picky\nversion: '1'\nbase: core18\nassumes: [snapd2.40]\n"] },
        new("devel grade") { Snaps = [.. Whole, "name: raw\nversion: '1'\nbase: core18\ngrade: devel\n"] },
        new("devmode that is asserted") { Snaps = [.. Whole, "dev"], Asserted = ["dev"] },
        new("another architecture") { Snaps = [.. Whole, "name: pc\nversion: '1'\nbase: core18\narchitectures: [amd64]\n"], OursRefusesMore = true },
        new("several architectures") { Snaps = [.. Whole, "name: fat\nversion: '1'\nbase: core18\narchitectures: [amd64, arm64]\n"] },
        new("core16 with core") { Snaps = [.. Whole, "core", "name: old\nversion: '1'\nbase: core16\n"], OursRefusesMore = true },
        new("core16 without core") { Snaps = [.. Whole, "name: old\nversion: '1'\nbase: core16\n"] },
        new("core16 as itself") { Snaps = [.. Whole, "name: core16\nversion: '1'\ntype: base\n", "name: old\nversion: '1'\nbase: core16\n"] },
        new("a kernel with a base") { Kernel = "based", Snaps = ["snapd", "core18", "gad", "name: based\nversion: '1'\ntype: kernel\nbase: core18\n"] },
        new("a gadget without base") { Gadget = "gad16", Snaps = ["snapd", "core18", "gad16", "ker", "core"] },
        new("a second snapd") { Snaps = [.. Whole, "name: snapd2\nversion: '1'\ntype: snapd\n"] },
        new("a second core") { Snaps = [.. Whole, "name: core2\nversion: '1'\ntype: os\n"] },
        new("a snapd that is an app") { Snaps = ["name: snapd\nversion: '1'\nbase: core18\n", "core18", "gad", "ker"] },
        new("a base that is core by type") { Snaps = ["snapd", "name: core18\nversion: '1'\ntype: os\n", "gad", "ker"] },
        new("a core that is a base") { Base = null, Gadget = "gad16", Snaps = ["name: core\nversion: '1'\ntype: base\n", "gad16", "ker"] },
        new("a gadget that is an app") { Snaps = ["snapd", "core18", "name: gad\nversion: '1'\nbase: core18\n", "ker"] },
        new("a provider that is a base") { Snaps = [.. Whole, "name: themed2\nversion: '1'\nbase: core18\nplugs:\n  p: {interface: content, target: t, default-provider: core18}\n"] },
        new("a provider that is itself") { Snaps = [.. Whole, "name: self\nversion: '1'\nbase: core18\nplugs:\n  p: {interface: content, target: t, default-provider: self}\n"] },
        new("a provider with a slot that is not there") { Snaps = [.. Whole, "name: slotted\nversion: '1'\nbase: core18\nplugs:\n  p: {interface: content, target: t, default-provider: 'no:slot'}\n"] },
        new("a provider of a plug that is no content") { Snaps = [.. Whole, "name: odd\nversion: '1'\nbase: core18\nplugs:\n  p: {interface: network, default-provider: nobody}\n"] },
        new("several bases in the order given") { Snaps = ["core20", "name: core22\nversion: '1'\ntype: base\n", "ker", "gad", "core18", "snapd", "app20"] },
        new("asserted and unasserted apps in the order given") { Snaps = ["zoo", "app", "ker", "gad", "core", "core18", "snapd"], Asserted = ["core", "app"] },
        new("Ubuntu Core 16, all asserted, devmode, no console-conf")
        {
            Base = null, Gadget = "gad16", Snaps = ["core", "gad16", "ker", "old-app", "name: tool\nversion: '1'\nconfinement: devmode\n"],
            Asserted = ["core", "gad16", "ker", "old-app"], DisableConsoleConf = true, Channel = "edge",
        },
        new("Ubuntu Core 16, pinned, cloud-init")
        {
            Base = null, Gadget = "gad16=4", Kernel = "ker=4.4", Snaps = ["core", "gad16", "ker"], Asserted = ["core", "gad16", "ker"],
            Channel = "candidate", CloudInit = true,
        },
    ];

    /// <summary>What YAML could take for something else than text.</summary>
    private static PrepareImageCase[] Names =>
    [
        .. ((string[])["true", "null", "no", "off", "1e3", "0x10", "0b1", "nan", "12e3-a"])
            .Select(name => new PrepareImageCase($"a snap called {name}")
            {
                Snaps = [.. Whole, $"name: '{name}'\nversion: '1'\nbase: core18\n"],
            }),
        .. ((string[])
            [
                "https://example.com/?a=1,2", "https://example.com/a b", "https://example.com/#top", "https://example.com/ü",
                "mailto:a'b@example.com", "https://example.com/a#b", "https://example.com/[a]{b}&c*d!e", "https://example.com/:",
                "https://example.com/%20|>", "https://example.com/'\"'",
            ])
            .Select(contact => (Contact: contact, Yaml: "name: reached\nversion: '1'\nbase: core18\nlinks:\n"
                + $"  contact: ['{contact.Replace("'", "''", StringComparison.Ordinal)}']\n"))
            .Where(one => IsGood(one.Yaml))
            .Select(one => new PrepareImageCase($"the contact {one.Contact}") { Snaps = [.. Whole, one.Yaml] }),
    ];

    /// <summary>Whether it is a snap at all: what snap.yaml may say is not asked here.</summary>
    private static bool IsGood(string yaml)
    {
        var diagnostics = new DiagnosticBag();
        SnapFile.FromTree("snap", FileContent.Empty, TestSnap.Tree(yaml), diagnostics);
        return !diagnostics.HasErrors;
    }

    private static PrepareImageCase[] Channels =>
    [
        .. ((string[])
            [
                "latest", "latest/edge", "latest/stable/fix", "edge/fix", "1.0", "1e3", "18.04/candidate", "0x10", "yes", "null", "1_000",
                "2019-01-01", "12:30", "stable/", "/stable", "EDGE", "stable/stable/stable", "18/", "~",
            ])
            .Select(channel => new PrepareImageCase($"channel {channel}") { Channel = channel, Asserted = ["snapd"] }),
    ];

    private static PrepareImageCase[] Statements =>
    [
        Changed("no account of the brand", new StatementChange("account", "account-id: my-brand\n")),
        Changed("no account-key of the brand", new StatementChange("account-key", "account-id: my-brand\n")),
        Changed("no declaration of an app", new StatementChange("snap-declaration", "snap-name: app\n")) with { OursRefusesMore = true },
        Changed("no revision of an app", new StatementChange("snap-revision", "snap-id: appx")),
        Changed("a declaration that the brand signed", new StatementChange("snap-declaration", "snap-name: app\n", From: "type", To: "type", Signer: Brand)),
        Changed("a revision that the brand signed", new StatementChange("snap-revision", "snap-id: appx", From: "type", To: "type", Signer: Brand)),
        Changed("an account that the brand signed", new StatementChange("account", "account-id: third\n", From: "type", To: "type", Signer: Brand),
            new StatementChange("snap-revision", "snap-id: appx", "developer-id: my-brand", "developer-id: third")),
        Changed("a key without name", new StatementChange("account-key", "account-id: my-brand\n", "name: default\n", "")),
        Changed("a key that ended before the model", new StatementChange("account-key", "account-id: my-brand\n", "since: 2019-01-01T00:00:00Z", "since: 2019-01-01T00:00:00Z\nuntil: 2019-03-01T00:00:00Z")),
        Changed("a key that ended before today", new StatementChange("account-key", "account-id: my-brand\n", "since: 2019-01-01T00:00:00Z", "since: 2019-01-01T00:00:00Z\nuntil: 2020-03-01T00:00:00Z"))
            with { OursOnlyWarns = true },
        Changed("a key that ends as it begins", new StatementChange("account-key", "account-id: my-brand\n", "since: 2019-01-01T00:00:00Z", "since: 2019-01-01T00:00:00Z\nuntil: 2019-01-01T00:00:00Z")),
        Changed("a key that begins after the model", new StatementChange("account-key", "account-id: my-brand\n", "since: 2019-01-01T00:00:00Z", "since: 2019-12-01T00:00:00Z")),
        Changed("a key of the future", new StatementChange("account-key", "account-id: my-brand\n", "since: 2019-01-01T00:00:00Z", "since: 2089-12-01T00:00:00Z"))
            with { ModelTime = "2090-01-01T00:00:00Z", OursOnlyWarns = true },
        Changed("a key of a higher format", new StatementChange("account-key", "account-id: my-brand\n", "since:", "format: 1\nsince:")),
        Changed("another developer", new StatementChange("snap-revision", "snap-id: appx", "developer-id: my-brand", "developer-id: third")),
        Changed("an unknown developer", new StatementChange("snap-revision", "snap-id: appx", "developer-id: my-brand", "developer-id: nobody")) with { OursRefusesMore = true },
        Changed("an unknown publisher", new StatementChange("snap-declaration", "snap-name: app\n", "publisher-id: my-brand", "publisher-id: nobody")) with { OursRefusesMore = true },
        Changed("a declaration of another series", new StatementChange("snap-declaration", "snap-name: app\n", "series: 16", "series: 18")) with { OursRefusesMore = true },
        Changed("a declaration of format 5", new StatementChange("snap-declaration", "snap-name: app\n", Stamp, $"format: 5\n{Stamp}")),
        Changed("a declaration of format 6", new StatementChange("snap-declaration", "snap-name: app\n", Stamp, $"format: 6\n{Stamp}")),
        Changed("a declaration with another name", new StatementChange("snap-declaration", "snap-name: app\n", "snap-name: app", "snap-name: other")) with { OursRefusesMore = true },
        Changed("a revoked base", new StatementChange("snap-declaration", "snap-name: core18\n", "snap-name: core18", "snap-name: ")),
        Changed("a revision of 2^40", new StatementChange("snap-revision", "snap-id: appx", "snap-revision: 7", "snap-revision: 1099511627776")),
        Changed("a revision of no bytes", new StatementChange("snap-revision", "snap-id: appx", "snap-size: 4096", "snap-size: 0")),
        Changed("another snap's id", new StatementChange("snap-revision", "snap-id: appx", "snap-id: app", "snap-id: ger")) with { OursRefusesMore = true },
        Changed("a kernel of Canonical", new StatementChange("snap-declaration", "snap-name: ker\n", "publisher-id: my-brand", "publisher-id: canonical")),
        Changed("a gadget of another publisher", new StatementChange("snap-declaration", "snap-name: gad\n", "publisher-id: my-brand", "publisher-id: third")),
        Changed("a base of another publisher", new StatementChange("snap-declaration", "snap-name: core18\n", "publisher-id: my-brand", "publisher-id: third")),
        Changed("rules for plugs", new StatementChange("snap-declaration", "snap-name: app\n", Stamp, $"plugs:\n  home:\n    allow-auto-connection: true\n{Stamp}")),
        Changed("refresh control", new StatementChange("snap-declaration", "snap-name: gad\n", Stamp, $"refresh-control:\n  - appxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n{Stamp}")),
        Changed("a store whose operator is unknown", new StatementChange("store", "store: my-store\n", "operator-id: third", "operator-id: nobody"))
            with { Model = ", \"store\": \"my-store\"" },
        Changed("a store that the brand signed", new StatementChange("store", "store: my-store\n", From: "type", To: "type", Signer: Brand))
            with { Model = ", \"store\": \"my-store\"" },
        Changed("a second revision of the same snap, of another provenance",
            new StatementChange("snap-revision", "snap-id: appx", "snap-revision: 7", "snap-revision: 7\nprovenance: delegated", KeepsOld: true)),
    ];

    private static PrepareImageCase[] Delegations =>
    [
        Delegate("nobody is named", "revision-authority:", "unknown-header:"),
        Delegate("another account is named", Delegation, Delegation.Replace(Brand, "third", StringComparison.Ordinal)),
        Delegate("another provenance is named", "      - delegated", "      - other"),
        Delegate("later revisions are named", Delegation, $"{Delegation}\n    min-revision: 8"),
        Delegate("this revision is named", Delegation, $"{Delegation}\n    min-revision: 7\n    max-revision: 7"),
        Delegate("this model is named", Delegation, $"{Delegation}\n    on-model:\n      - my-brand/my-model"),
        Delegate("another model is named", Delegation, $"{Delegation}\n    on-model:\n      - my-brand/other"),
        Delegate("another brand is named", Delegation, $"{Delegation}\n    on-brand:\n      - third"),
        Delegate("this store is named", Delegation, $"{Delegation}\n    on-store:\n      - my-store") with { Model = ", \"store\": \"my-store\"" },
        Delegate("a friend of the store is named", Delegation, $"{Delegation}\n    on-store:\n      - a-friend") with { Model = ", \"store\": \"my-store\"" },
        Delegate("another store is named", Delegation, $"{Delegation}\n    on-store:\n      - a-foe") with { Model = ", \"store\": \"my-store\"" },
        Delegate("a store is named, and the model has none", Delegation, $"{Delegation}\n    on-store:\n      - my-store"),
        new("a snap of another provenance that is not asserted") { Snaps = Delegated },
        Delegate("two are named", Delegation, $"{Delegation}\n    provenance:\n      - delegated\n    on-brand:\n      - third\n  -\n    account-id: my-brand"),
        new("a revision of the default provenance for a snap of another")
        {
            Snaps = Delegated, Asserted = ["delegated"],
            Changes = [new("snap-revision", "snap-id: delegated", "provenance: delegated\n", "", Root)],
        },
    ];

    // Not among them: a setting that is given twice, as "ssh: {disable: …}" and "ssh.disable: …". snapd takes either by chance.
    private static PrepareImageCase[] Settings =>
    [
        .. ((string[])
            [
                "{system: {service: {}}}", "{system: {}}", "{system: {users: {create: {automatic: false}}}}",
                "{system: {swap: {size: 256M}}}", "{system: {tmp: {size: 50M}}}", "{system: {swap: {size: 1G}, tmp: {size: 0}}}",
                "{system: {network: {disable-ipv6: false}}}", "{system: {system: {power-key-action: hybrid-sleep}}}",
                "{system: {system: {kernel: {printk: {console-loglevel: '7'}}}}}", "{system: {system: {hostname: a.b.c}}}",
                "{system: {system: {timezone: Etc/GMT+1}}}", "{system: {system: {disable-backlight-service: false}}}",
                "{system: {journal: {persistent: true}}}", "{system: {watchdog: {runtime-timeout: 0s}}}",
                "{system: {watchdog: {shutdown-timeout: 10m}}}", "{system: {service.ssh.disable: true}}",
                "{system: {proxy: {http: 'http://x'}}}",
                "{system: {system: {ctrl-alt-del-action: reboot}}}", "{system: {refresh: {timer: '0:00-24:00/4'}}}",
                "{system: {experimental: {layouts: true, hidden-snap-folder: true, user-daemons: true}}}",
                "{system: {experimental: {robust-mount-namespace-updates: false, per-user-mount-namespace: true}}}",
                "{system: {nonsense: {x: 1}}}", "{system: {service: {console-conf: {disable: false}, nothing: {disable: true}}}}",
                "{system: {cloud: {name: x}}, appxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: {a: 1}}",
                "{system: {pi-config: {hdmi-group: 1}}}", "{system: {system: {hostname: ''}}}",
            ])
            .Select(Setting),
    ];

    private static PrepareImageCase[] WrongSettings =>
    [
        .. ((string[])
            [
                "{system: {swap: {size: 1K}}}", "{system: {swap: {size: 12}}}", "{system: {tmp: {size: 17m}}}",
                "{system: {system: {kernel: {printk: {console-loglevel: 8}}}}}", "{system: {system: {timezone: 'a b'}}}",
                "{system: {system: {hostname: 'a b'}}}", "{system: {system: {disable-backlight-service: maybe}}}",
                "{system: {service: {ssh: {disable: maybe}}}}", "{system: {watchdog: {runtime-timeout: -1s}}}",
                "{system: {watchdog: {runtime-timeout: fast}}}", "{system: {journal: {persistent: 1}}}",
                "{system: {network: {disable-ipv6: maybe}}}", "{system: {experimental: {layouts: maybe}}}",
                "{system: {experimental: {parallel-instances: maybe}}}", "{system: {system: {ctrl-alt-del-action: explode}}}",
                "{system: {service: {rsyslog: {disable: [a]}}}}", "{system: {system: {power-key-action: [a]}}}",
                "{system: {service: {ssh: {disable: ''}}}}",
                "{system: {experimental: {quota-groups: [a]}}}", "{system: {journal: {persistent: ''}}}",
            ])
            .Select(Setting),
    ];

    private static PrepareImageCase Setting(string text) =>
        new($"settings {text}") { Snaps = ["snapd", "core18", "ker", $"defaults: {text}\n"] };

    private static PrepareImageCase Changed(string name, params StatementChange[] changes) =>
        new(name) { Snaps = Whole, Asserted = Whole, Changes = changes };

    private static PrepareImageCase Delegate(string name, string from, string to) => new($"delegated: {name}")
    {
        Snaps = Delegated,
        Asserted = ["delegated"],
        Changes = [new("snap-declaration", "snap-name: delegated\n", from, to)],
    };

    private static string Required(params string[] names) =>
        $", \"required-snaps\": [{string.Join(", ", names.Select(name => $"\"{name}\""))}]";
}
