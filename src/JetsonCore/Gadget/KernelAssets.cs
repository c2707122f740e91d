// meta/kernel.yaml of a kernel snap: assets that a gadget may draw files from.
//
//   assets:
//     dtbs:
//       update: true          # a kernel refresh renews the gadget's copies
//       content: [dtbs/]
using System.Collections.Immutable;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Yaml;

namespace JetsonCore.Gadget;

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

    private static readonly FieldKeys RootKeys = new("kernel.yaml", "assets");
    private static readonly FieldKeys AssetKeys = new("an asset", "update", "content");

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

    /// <summary>
    /// Reads a kernel's assets: none where it has no kernel.yaml; null, with findings, for a bad one.
    /// </summary>
    public static KernelAssets? Read(GadgetRoot kernel, string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(diagnostics);
        using Stream? file = kernel.OpenFile(InnerPath);
        if (file is null)
            return new([]);
        var findings = new DiagnosticBag { CurrentPath = Path.Join(path, InnerPath) };
        KernelAssets? assets = Read(GadgetReader.ReadBounded(file), findings);
        foreach (Diagnostic finding in findings)
            diagnostics.Add(finding);
        return findings.HasErrors ? null : assets;
    }

    private static KernelAssets? Read(byte[] yaml, DiagnosticBag diagnostics)
    {
        if (YamlReader.Read(yaml, diagnostics)?.Root is not { } root)
            return new([]);
        var decoder = new YamlDecoder();
        var assets = new List<KernelAsset>();
        decoder.ReadMap(root, RootKeys, "kernel.yaml", field => decoder.ReadMap(
            field.Value, FieldKeys.Any, "assets", asset => ReadAsset(asset, decoder, assets)));
        decoder.Flush(diagnostics);
        return new([.. assets]);
    }

    private static void ReadAsset(YamlField field, YamlDecoder decoder, List<KernelAsset> assets)
    {
        var asset = new KernelAsset(field.Key, false, []);
        if (!IsName(field.Key))
        {
            decoder.AddLate([YamlDecoder.Finding(GadgetRuleList.KernelYaml, field.KeyNode.Span,
                $"cannot name an asset \"{YamlDecoder.Shorten(field.Key)}\": letters, digits and dashes make a name",
                "rename the asset, here and in gadget.yaml")]);
        }
        decoder.ReadMap(field.Value, AssetKeys, $"asset \"{field.Key}\"", inner =>
        {
            if (inner.Key == "update")
                asset = asset with { Update = decoder.ReadBoolean(inner) };
            else
                asset = asset with { Content = [.. decoder.ReadTexts(inner).Select(text => text.Value)] };
        });
        assets.RemoveAll(other => other.Name == asset.Name);
        assets.Add(asset);
    }
}
