// The bill of materials on the page of a build: what starts the device, then what each snap was made of.
using JetsonCore.Materials;

namespace JetsonCore.Cli.Reports;

internal static class MaterialsOnPage
{
    public static void Write(HtmlText page, Material materials)
    {
        Material[] boot = [.. materials.Walk()
            .Where(one => one.Kind is MaterialKind.Kernel or MaterialKind.BootLoader)];
        if (boot.Length > 0)
        {
            page.Table("Kernels and boot loaders, by what they say of themselves", ["name", "version", "$where"],
                boot.Select(one => (string[])[one.Name, one.Version, one.Address]));
        }
        foreach (Material owner in materials.Walk())
        {
            List(page, owner, MaterialKind.Package);
            List(page, owner, MaterialKind.Firmware);
        }
        page.Element("p", "jetson-core sbom writes all of it as CycloneDX or SPDX.", "class=\"soft\"");
    }

    private static void List(HtmlText page, Material owner, MaterialKind kind)
    {
        Material[] parts = [.. owner.Parts.Where(part => part.Kind == kind)];
        if (parts.Length == 0)
            return;
        bool isPackages = kind == MaterialKind.Package;
        string words = isPackages ? "packages" : "files of firmware";
        page.Raw("<details>").Element("summary", $"{owner.Name}: {HtmlText.Number(parts.Length)} {words}").Table(
            $"{words} in {owner.Name}",
            isPackages ? ["package", "version", "source", "release"] : ["file", "#bytes", "$SHA-256"],
            parts.Select(one => isPackages
                ? (string[])[one.Name, one.Version, one.Package?.Source ?? "", one.Package?.Distribution.Codename ?? ""]
                : [one.Name, HtmlText.Number(one.SizeBytes ?? 0), one.Sha256 ?? ""])).Raw("</details>\n");
    }
}
