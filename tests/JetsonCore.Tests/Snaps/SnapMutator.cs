// What mutations put into snap.yaml files.
using JetsonCore.TestKit;

namespace JetsonCore.Tests.Snaps;

internal sealed class SnapMutator(SeededRandom random, IReadOnlyList<string> corpus)
    : YamlMutator(random, corpus, new(Keys, Values, Lines))
{
    private static readonly string[] Keys =
    [
        "name", "version", "type", "architectures", "assumes", "title", "description", "summary", "provenance", "epoch",
        "base", "confinement", "environment", "plugs", "slots", "apps", "hooks", "layout", "layouts", "links",
        "system-usernames", "command", "daemon", "daemon-scope", "stop-timeout", "restart-delay", "restart-condition",
        "sockets", "socket-mode", "listen-stream", "after", "before", "command-chain", "refresh-mode", "stop-mode",
        "install-mode", "activates-on", "aliases", "common-id", "interface", "label", "scope", "bind", "bind-file",
        "symlink", "mode", "user", "<<", "read", "write", "x", "Name", "$x", "\"\"", "1", "yes", "configure", "core",
    ];

    private static readonly string[] Values =
    [
        "", "~", "NULL", "\"\"", "[]", "{}", "[a]", "[a, a]", "{a: b}", "{a: {1: b}}", "{a: ~}", "- a", "0", "1", "-1",
        "1*", "0*", "01", "4294967296", "18446744073709551615", "0o17", "0777", "0x1ff", "1000", "1.5", "1e3", ".inf",
        "yes", "on", "true", "12:30", "2001-01-01", "!!str 5", "!!int x", "!!binary YQ==", "!!null x", "!foo bar",
        "*service", "*version", "*plugs", "*variables", "&service x", "*one", "<<", "|", ">-", "'it''s'", "\"\\q\"",
        "@x", "a #b", "a: b", "..", "../x", "/", "/usr/x", "/usr/x/", "/usr//x", "usr/x", "/new/x", "/dev/x", "/tmp",
        "/snap/other/x", "$SNAP/x", "$SNAP", "$SNAP_DATA/x", "$HOME/x", "$SNAPX/x", "/usr/*", "é", "app", "application",
        "gadget", "kernel", "base", "os", "snapd", "other", "core", "core18", "core_18", "none", "bare", "strict",
        "devmode", "classic", "loose", "system", "session", "user", "simple", "forking", "oneshot", "notify", "dbus",
        "bin/a b", "bin/'a'", "bin/\"a\"", "a,b", "5s", "5", "1h-1m", "-5s", "1.5h", ".s", "0", "100000000h", "endure",
        "ignore-running", "restart", "enable", "disable", "sigterm", "sigkill", "always", "never", "shared", "0.0.0.0:80",
        "127.0.0.1:80", "70000", "80", "@snap.board.x", "@x", "$XDG_RUNTIME_DIR/x", "https://a", "ftp://a", "a@b",
        "mailto:a", "[collector]", "[exporter]", "[one, two]", "[network-bind]", "[i2c]", "[api]", "[bus]", "global-upload",
        "prod", "a--b", "-a", "a-", "A", "weather-station", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "snap_daemon",
    ];

    private static readonly string[] Lines =
    [
        "name: other", "version: 2", "type: gadget", "base: none", "base: core", "confinement: classic", "epoch: 1",
        "epoch: {read: [2, 1]}", "epoch: {write: [2]}", "epoch: {read: [1], write: [2]}", "environment: {A: 1, A: 2}",
        "environment: {1: a}", "environment: {A: ~}", "<<: {name: other}", "<<: *service", "<<: [*service]", "<<: x",
        "apps: {x: {command: y}}", "apps: ~", "plugs: {api: ~}", "plugs: [api]", "slots: {network: ~}", "daemon: simple",
        "daemon: ~", "after: [two]", "before: [three]", "layouts: {}", "layouts:", "hooks: {configure: {}, other: {}}",
        "hooks: {connect-plug-: {}}", "hooks: {connect-plug-a-: {}}", "links: {a: []}", "links: {1: [a@b]}",
        "architectures: [all, amd64]", "architectures: all", "title: a very long title that has more than forty letters",
        "# comment", "---", "...", "%YAML 1.1", "- ", "? x", "x", "a: &one {name: z}", "\t", "", "mode: \"0999\"",
        "socket-mode: 01777", "socket-mode: \"0660\"", "command-chain: [a b]", "aliases: [weather, .x]", "provenance: prod",
        "user: daemon", "bind: $SNAP/x", "type: tmpfs", "interface: content", "interface: 5", "label: [a]", "$x: y",
    ];
}
