// Advisories and VEX documents of CSAF 2.0: products with ids, of which those count whose package URL is one of ours,
// also as part of another product; then vulnerabilities with lists of ids. As members come in any order, each of the
// three is read in a pass of its own.
// Source: https://docs.oasis-open.org/csaf/csaf/v2.0/, 3.2.2 and 3.2.3.
namespace JetsonCore.Notices;

internal sealed class CsafReader(Inventory inventory, OpenNotices notices)
{
    private readonly Dictionary<string, HashSet<InstalledPackage>> _products = new(StringComparer.Ordinal);

    /// <summary>The first pass: products that packages are.</summary>
    public void ReadProducts(JsonPull json) => In(json, "product_tree", () => Products(json));

    /// <summary>The second pass: products that are made of them.</summary>
    public void ReadRelationships(JsonPull json) => In(json, "product_tree", () => json.Object(name =>
    {
        if (name == "relationships")
            json.Array(() => Relationship(json));
        else
            json.Skip();
    }));

    /// <summary>The third pass.</summary>
    public void ReadVulnerabilities(JsonPull json) =>
        In(json, "vulnerabilities", () => json.Array(() => Vulnerability(json)));

    private static void In(JsonPull json, string wanted, Action read) => json.Object(name =>
    {
        if (name == wanted)
            read();
        else
            json.Skip();
    });

    /// <summary>Products lie in branches of any depth, which are objects and lists.</summary>
    private void Products(JsonPull json)
    {
        if (json.Type == System.Text.Json.JsonTokenType.StartArray)
        {
            json.Array(() => Products(json));
            return;
        }
        if (json.Type != System.Text.Json.JsonTokenType.StartObject)
            return;
        string id = "";
        HashSet<InstalledPackage> packages = [];
        json.Object(name =>
        {
            if (name == "product_id")
                id = json.TextOrSkip();
            else if (name == "product_identification_helper")
                json.Object(helper => Urls(json, helper, packages));
            else
                Products(json);
        });
        if (id.Length > 0 && packages.Count > 0)
            Add(id, packages);
    }

    private void Urls(JsonPull json, string helper, HashSet<InstalledPackage> packages)
    {
        if (helper == "purl")
            packages.UnionWith(inventory.OfUrl(json.TextOrSkip()));
        else if (helper == "purls")
            json.Array(() => packages.UnionWith(inventory.OfUrl(json.TextOrSkip())));
        else
            json.Skip();
    }

    private void Relationship(JsonPull json)
    {
        string part = "", whole = "";
        json.Object(name =>
        {
            if (name == "product_reference")
                part = json.TextOrSkip();
            else if (name == "full_product_name")
                json.Object(inner => whole = inner == "product_id" ? json.TextOrSkip() : SkipFor(json, whole));
            else
                json.Skip();
        });
        if (_products.TryGetValue(part, out HashSet<InstalledPackage>? packages) && whole.Length > 0)
            Add(whole, [.. packages]);
    }

    private void Vulnerability(JsonPull json)
    {
        string id = "", title = "";
        HashSet<InstalledPackage> open = [];
        json.Object(name =>
        {
            if (name == "cve")
                id = json.TextOrSkip();
            else if (name == "title")
                title = json.TextOrSkip();
            else if (name == "product_status")
            {
                json.Object(status => json.Array(() =>
                {
                    if (_products.TryGetValue(json.TextOrSkip(), out HashSet<InstalledPackage>? packages)
                        && status is "known_affected" or "first_affected" or "last_affected" or "under_investigation")
                        open.UnionWith(packages ?? []);
                }));
            }
            else
                json.Skip();
        });
        string shown = id.Length > 0 ? id : title;
        foreach (InstalledPackage package in shown.Length > 0 ? open : [])
            notices.Add(package, shown);
    }

    private void Add(string id, HashSet<InstalledPackage> packages)
    {
        if (!_products.TryGetValue(id, out HashSet<InstalledPackage>? known))
            _products.Add(id, known = []);
        known.UnionWith(packages);
    }

    private static string SkipFor(JsonPull json, string value)
    {
        json.Skip();
        return value;
    }
}
