// meta/kernel.yaml of a kernel snap: assets that a gadget may draw files from.
//
//   assets:
//     dtbs:
//       update: true          # a kernel refresh renews the gadget's copies
//       content: [dtbs/]
using System.Collections.Immutable;

namespace JetsonCore.Gadget.Model;

/// <summary>One asset of a kernel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Update">Whether a kernel refresh renews the copies.</param>
/// <param name="Content">Its files and folders.</param>
public sealed record KernelAsset(string Name, bool Update, ImmutableArray<string> Content);

/// <summary>The assets of a kernel.</summary>
public sealed record KernelAssets(ImmutableArray<KernelAsset> Assets)
{
    /// <summary>Where they are listed.</summary>
    public const string InnerPath = "meta/kernel.yaml";

    /// <summary>An asset, or null.</summary>
    public KernelAsset? Find(string name) => Assets.FirstOrDefault(asset => asset.Name == name);

    /// <summary>Whether a text is a name for an asset.</summary>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isName = text.Length > 0 && text[0] != '-';
        foreach (char letter in text)
            isName &= char.IsAsciiLetterOrDigit(letter) || letter == '-';
        return isName;
    }
}
