// Which release of Debian or Ubuntu packages are of: notices are made for one release each. An os-release file says it,
// or snapcraft's manifest, or the base that a snap runs on; Ubuntu Core's own os-release says the series of the core.
// Sources: os-release(5); https://wiki.ubuntu.com/Releases; https://wiki.debian.org/DebianReleases.
namespace JetsonCore.Materials;

/// <summary>A release of a distribution.</summary>
/// <param name="Id">"debian", "ubuntu"; "" where nothing says it.</param>
/// <param name="Version">"12", "18.04", or "".</param>
/// <param name="Codename">"bookworm", "bionic", or "".</param>
public sealed record Distribution(string Id, string Version, string Codename)
{
    private const string Ubuntu = "ubuntu", Debian = "debian";

    private static readonly (string Id, string Version, string Codename)[] Known =
    [
        (Ubuntu, "14.04", "trusty"), (Ubuntu, "16.04", "xenial"), (Ubuntu, "18.04", "bionic"),
        (Ubuntu, "20.04", "focal"), (Ubuntu, "22.04", "jammy"), (Ubuntu, "24.04", "noble"),
        (Ubuntu, "26.04", "resolute"), (Debian, "9", "stretch"), (Debian, "10", "buster"), (Debian, "11", "bullseye"),
        (Debian, "12", "bookworm"), (Debian, "13", "trixie"), (Debian, "14", "forky"),
    ];

    /// <summary>Nothing says where packages are from.</summary>
    public static Distribution Unknown { get; } = new("", "", "");

    /// <summary>Whether anything says it.</summary>
    public bool IsKnown => Id.Length > 0;

    /// <summary>"debian-12", "ubuntu-18.04", or "" where only the name is known.</summary>
    public string Qualifier => Version.Length > 0 ? $"{Id}-{Version}" : "";

    /// <summary>The release of an id and a version or code name; what one of them says completes the other.</summary>
    public static Distribution Of(string id, string version, string codename)
    {
        if (id == "ubuntu-core")
            return OfBase($"core{version}") ?? Unknown;
        foreach ((string Id, string Version, string Codename) known in Known)
        {
            if (known.Id == id && (known.Version == version || (version.Length == 0 && known.Codename == codename)))
                return new(id, known.Version, codename.Length > 0 ? codename : known.Codename);
        }
        return new(id, version, codename);
    }

    /// <summary>The release of an os-release file.</summary>
    internal static Distribution OfRelease(string text)
    {
        string id = "", version = "", codename = "";
        foreach (string line in text.Split('\n'))
        {
            if (line.Split('=', 2) is not [string key, string value])
                continue;
            value = value.Trim().Trim('"', '\'');
            if (key == "ID")
                id = value;
            else if (key == "VERSION_ID")
                version = value;
            else if (key == "VERSION_CODENAME")
                codename = value;
        }
        return Of(id, version, codename);
    }

    /// <summary>The release that a base of Canonical's is made of; null for others.</summary>
    internal static Distribution? OfBase(string name) => name switch
    {
        "core" or "core16" => Of(Ubuntu, "16.04", ""),
        ['c', 'o', 'r', 'e', >= '1' and <= '9', >= '0' and <= '9'] => Of(Ubuntu, $"{name[4..]}.04", ""),
        _ => null,
    };

    /// <summary>What the spelling of a version tells where nothing else does.</summary>
    internal static Distribution OfSpelling(string version) =>
        new(version.Contains(Ubuntu, StringComparison.Ordinal) ? Ubuntu : Debian, "", "");
}
