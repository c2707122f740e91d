// KR-*: "$kernel:ASSET/PATH" draws a file from the kernel snap. The form is judged always; whether it is there, once a
// kernel is given.
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class KernelReferenceRules
{
    private const string Start = "$kernel:";
    private const string Hint = "write $kernel:ASSET/PATH: an asset of the kernel's meta/kernel.yaml and a path in it";

    public static bool IsReference(string source) => source.StartsWith(Start, StringComparison.Ordinal);

    /// <summary>KR-FORM, and with a kernel KR-ASSET and KR-CONTENT.</summary>
    public static void Check(GadgetVolume volume, KernelAssets? kernel, DiagnosticBag diagnostics)
    {
        foreach (PlacedStructure placed in GadgetPlacement.LaidOut(volume))
        {
            if (!StructureRules.TakesFiles(volume, placed.Structure))
                continue;
            foreach (GadgetContent content in placed.Structure.Content)
            {
                if (!IsReference(content.Source.Value))
                    continue;
                if (Fault(content.Source.Value) is { } fault)
                    diagnostics.Add(GadgetRuleList.KernelForm, content.Source.Span,
                        $"cannot read the reference \"{content.Source.Value}\": {fault}", Hint);
                else if (kernel is not null)
                    CheckAsset(content.Source, kernel, diagnostics);
            }
        }
    }

    /// <summary>KR-SOMEUSE: the gadget renews something when the kernel does.</summary>
    public static void CheckUse(GadgetDefinition gadget, KernelAssets kernel, DiagnosticBag diagnostics)
    {
        string[] updated = [.. kernel.Assets.Where(asset => asset.Update).Select(asset => asset.Name)];
        foreach (GadgetVolume volume in gadget.Volumes)
        {
            if (updated.Length == 0 || UsesOneOf(volume, updated))
                return;
        }
        string reason = gadget.Volumes.IsEmpty
            ? "it has no volumes"
            : $"no content refers to {string.Join(", ", updated)}, which the kernel updates";
        diagnostics.Add(GadgetRuleList.KernelSomeUse,
            gadget.Volumes.IsEmpty ? SourceSpan.None : gadget.Volumes[0].Name.Span,
            $"cannot use the gadget with this kernel: {reason}",
            updated.Length == 0 ? "add volumes" : $"add content with source: $kernel:{updated[0]}/PATH");
    }

    private static bool UsesOneOf(GadgetVolume volume, string[] assets)
    {
        IEnumerable<string> sources = volume.Structures.SelectMany(structure => structure.Content)
            .Select(content => content.Source.Value).Where(IsReference);
        return sources.Any(source => Fault(source) is null && assets.Contains(AssetOf(source)));
    }

    private static void CheckAsset(Located<string> source, KernelAssets kernel, DiagnosticBag diagnostics)
    {
        string name = AssetOf(source.Value);
        string path = source.Value[(Start.Length + name.Length + 1)..];
        if (kernel.Find(name) is not { } asset)
        {
            string[] names = [.. kernel.Assets.Select(other => other.Name)];
            diagnostics.Add(GadgetRuleList.KernelAsset, source.Span,
                $"cannot take \"{source.Value}\" from the kernel: it has no asset \"{name}\"",
                Spelling.Nearest(name, names) is { } meant ? $"did you mean {meant}?"
                    : names.Length == 0 ? $"the kernel needs a {KernelAssets.InnerPath} with assets"
                    : $"assets of the kernel: {string.Join(", ", names)}");
        }
        else if (!asset.Content.Any(entry => Covers(entry, path)))
        {
            diagnostics.Add(GadgetRuleList.KernelContent, source.Span,
                $"cannot take \"{source.Value}\" from the kernel: \"{path}\" is not in the content of its asset "
                    + $"\"{name}\"",
                asset.Content.IsEmpty ? "the asset lists no content" : $"it lists {string.Join(", ", asset.Content)}");
        }
    }

    private static bool Covers(string entry, string path) => entry == path
        || path.StartsWith(entry.EndsWith('/') ? entry : entry + "/", StringComparison.Ordinal);

    private static string AssetOf(string source)
    {
        int slash = source.IndexOf('/', StringComparison.Ordinal);
        return source[Start.Length..slash];
    }

    private static string? Fault(string source)
    {
        int slash = source.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return "there is no / between asset and path";
        string path = source[(slash + 1)..];
        if (slash == Start.Length)
            return "there is no asset before the /";
        if (path.Length == 0)
            return "there is no path behind the /";
        if (path.Contains("..", StringComparison.Ordinal))
            return "its path holds \"..\"";
        string entry = path.EndsWith('/') ? path[..^1] : path;
        if (entry.Length == 0 || !IsShortest(entry))
            return "its path is not in its shortest form";
        return KernelAssets.IsName(AssetOf(source)) ? null
            : "its asset is not made of letters, digits and dashes";
    }

    /// <summary>Whether a path has no "." and no empty steps, but for one "/" at its start.</summary>
    private static bool IsShortest(string path)
    {
        string relative = path.StartsWith('/') ? path[1..] : path;
        return path == "." || (relative.Length > 0
            && relative.Split('/').All(step => step is not ("" or ".")));
    }
}
