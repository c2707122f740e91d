// Package URLs: pkg:deb/ubuntu/openssl@1.1.1-1ubuntu2?arch=arm64&distro=ubuntu-18.04. Letters, digits and .-_~ stand
// for themselves, a colon too; all else is percent-encoded.
// Source: ECMA-427 (package-url.org), type definition "deb".
using System.Text;

namespace JetsonCore.Materials;

/// <summary>Names packages for other tools.</summary>
internal static class PackageUrl
{
    /// <summary>The address of a package; null for what is none.</summary>
    public static string? Of(Material material)
    {
        if (material.Package is not { } package)
            return null;
        var qualifiers = new List<string>();
        if (package.Architecture.Length > 0)
            qualifiers.Add($"arch={Encode(package.Architecture)}");
        if (package.Distribution.Qualifier is { Length: > 0 } distro)
            qualifiers.Add($"distro={Encode(distro)}");
        return $"pkg:deb/{Encode(package.Distribution.Id.ToLowerInvariant())}/{Encode(material.Name)}"
            + $"@{Encode(material.Version)}{(qualifiers.Count > 0 ? "?" : "")}{string.Join('&', qualifiers)}";
    }

    /// <summary>Name and version of a Debian package's address, of any distribution; null for others.</summary>
    public static (string Name, string Version)? DebOf(string url)
    {
        if (!url.StartsWith("pkg:deb/", StringComparison.Ordinal))
            return null;
        string path = url.Split('#', '?')[0];
        string last = path[(path.LastIndexOf('/') + 1)..];
        string[] words = last.Split('@', 2);
        return (Uri.UnescapeDataString(words[0]), words.Length > 1 ? Uri.UnescapeDataString(words[1]) : "");
    }

    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (byte letter in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)letter) || "-._~:".Contains((char)letter, StringComparison.Ordinal))
                encoded.Append((char)letter);
            else
                encoded.Append('%').Append(letter.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return encoded.ToString();
    }
}
