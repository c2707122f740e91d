// Reads meta/kernel.yaml of a kernel snap, as yaml.v2 would, with a finding for everything that is wrong with it.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;
using JetsonCore.Yaml;

namespace JetsonCore.Gadget.Reading;

/// <summary>Reads the assets of kernels.</summary>
public static class KernelAssetsReader
{
    private static readonly FieldKeys RootKeys = new("kernel.yaml", "assets");
    private static readonly FieldKeys AssetKeys = new("an asset", "update", "content");

    /// <summary>
    /// Reads a kernel's assets: none where it has no kernel.yaml; null, with findings, for a bad one.
    /// </summary>
    public static KernelAssets? Read(GadgetRoot kernel, string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(diagnostics);
        using Stream? file = kernel.OpenFile(KernelAssets.InnerPath);
        if (file is null)
            return new([]);
        DiagnosticBag findings = diagnostics.About(Path.Join(path, KernelAssets.InnerPath));
        KernelAssets? assets = Read(GadgetReader.ReadBounded(file), findings);
        return findings.HasErrors ? null : assets;
    }

    private static KernelAssets? Read(byte[] yaml, DiagnosticBag diagnostics)
    {
        if (YamlReader.Read(yaml, GadgetYaml.Kernel, diagnostics)?.Root is not { } root)
            return new([]);
        var decoder = new YamlDecoder(GadgetYaml.Kernel);
        var assets = new List<KernelAsset>();
        decoder.ReadMap(root, RootKeys, "kernel.yaml", field => decoder.ReadMap(
            field.Value, FieldKeys.Any, "assets", asset => ReadAsset(asset, decoder, assets)));
        decoder.Flush(diagnostics);
        return new([.. assets]);
    }

    private static void ReadAsset(YamlField field, YamlDecoder decoder, List<KernelAsset> assets)
    {
        var asset = new KernelAsset(field.Key, false, []);
        if (!KernelAssets.IsName(field.Key))
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
