// What mutations put into gadget.yaml files.
using JetsonCore.TestKit;

namespace JetsonCore.Tests.Gadget;

internal sealed class GadgetMutator(SeededRandom random, IReadOnlyList<string> corpus)
    : YamlMutator(random, corpus, new(Keys, Values, Lines))
{
    private static readonly string[] Keys =
    [
        "name", "type", "size", "offset", "offset-write", "role", "id", "filesystem", "filesystem-label", "content",
        "update", "image", "source", "target", "unpack", "edition", "preserve", "volumes", "defaults", "connections",
        "plug", "slot", "structure", "schema", "bootloader", "system", "<<", "min-size", "partial", "pc", "x", "Size", "volumename",
    ];

    private static readonly string[] Values =
    [
        "", "~", "null", "Null", "NULL", "\"\"", "''", "[]", "{}", "[a]", "{a: b}", "- a", "0", "1", "-1", "440",
        "446", "447", "512", "1M", "2M", "1G", "17408", "1048576", "1m", "1K", "1MB", "1.5M", "1 M", "\" 1M\"", "0x10",
        "010", "1_000", "+5", "--5", "1-2", "M", "9223372036854775807", "9223372036854775808", "8796093022207M",
        "8796093022208M", "17592186044416M", "4294967296", "4294967297", "4G", "mbr+92", "mbr+", "+92", "mbr", "bare",
        "none", "ext4", "vfat", "EXT4", "vfat-32", "83", "0C", "0c", "EF", "EF,C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
        "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "gpt", "emmc", "GPT", "grub",
        "u-boot", "uboot", "android-boot", "lk", "piboot", "system-boot", "system-data", "system-seed", "system-save",
        "system-boot-image", "system-seed-null", "system-boot-state", "bootimg", "bootselect", "writable",
        "ubuntu-data", "ubuntu-seed", "ubuntu-boot", "ubuntu-save", "yes", "no", "on", "y", "true", "True", "maybe",
        "a:b", "system:a", "a:", ":a", "a:b:c", "1.5", ".inf", ".5", "1e3", "12:30", "2001-01-01", "0o17", "0b11",
        "18446744073709551615", "-9223372036854775809", "!!str 5", "!!int 5", "!!int x", "!!bool yes", "!!binary YQ==",
        "!!binary =", "!!null x", "!!null", "!!float 1", "!foo bar", "*one", "&one x", "&a", "*a", "<<", "|", ">-", "'it''s'",
        "\"\\x41\"", "\"\\q\"", "@x", "`x", "%x", "a #b", "a#b", "a: b", "#", "..", "../x", "$kernel:a/b",
        "$kernel:a/../b", "$kernel:", "a/", "/", "99T7MUlRhtI3U0QFgl5mXXESAiSwt776", "1, 2", "]", "}", "0FC63DAF", "é",
    ];

    private static readonly string[] Lines =
    [
        "size: 1M", "name: mbr", "role: system-data", "role: mbr", "type: bare", "type: 83", "offset: 0",
        "offset: 1M", "filesystem: ext4", "filesystem: none", "filesystem-label: writable", "schema: mbr",
        "bootloader: grub", "- type: bare", "- {type: bare, size: 1M}", "- image: x", "- plug: a:b", "edition: 1",
        "update:", "content:", "preserve: [a, a]", "id: x", "<<: *one", "<<: {size: 1M}", "<<: [{size: 2M}, {size: 3M}]",
        "# comment", "---", "...", "%YAML 1.1", "%YAML 1.2", "- ", "? x", ": y", "x", "a: &one {size: 1M}", "\t", "",
        "volumes:", "defaults: {system: {y: 1}}", "defaults: {system: {a: null}}", "defaults: {short: {a: 1}}",
    ];
}
