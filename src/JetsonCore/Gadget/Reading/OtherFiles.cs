// What a file is that was given for a gadget.yaml and is no YAML: told by how it begins.
namespace JetsonCore.Gadget.Reading;

internal static class OtherFiles
{
    /// <summary>How they begin; an assertion's signature makes it no YAML.</summary>
    private static readonly (byte[] Start, string What)[] Magics =
    [
        ([0x7F, .. "ELF"u8], "an ELF program"),
        ([.. "hsqs"u8], "a snap that is cut off"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([0xFD, .. "7zXZ"u8], "an xz archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive"),
        ([.. "PK"u8, 3, 4], "a zip archive"),
        ([0xD0, 0x0D, 0xFE, 0xED], "a device tree"),
        ([.. "!<arch>"u8], "a Debian package or another ar archive"),
        ([0x3A, 0xFF, 0x26, 0xED], "an Android sparse image"),
        ([.. "MZ"u8], "an EFI program"),
        ([.. "\x89PNG"u8], "a picture"),
        ([.. "type: model\nauthority-id: "u8], "a model assertion"),
    ];

    /// <summary>What bytes are that are no YAML; null if they may be.</summary>
    public static string? NameOf(ReadOnlySpan<byte> content)
    {
        foreach ((byte[] start, string what) in Magics)
        {
            if (content.StartsWith(start))
                return what;
        }
        return content.StartsWith("type: "u8) && content.IndexOf("\nsign-key-sha3-384: "u8) > 0 ? "an assertion" : null;
    }
}
