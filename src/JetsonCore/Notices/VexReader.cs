// Statements of OpenVEX: whether a product is affected by a vulnerability; of two about the same, the later one counts.
// Products are package URLs; of one that is something else, its parts are meant.
// Source: https://github.com/openvex/spec (0.2.0); before that, a vulnerability was a text.
using System.Text.Json;

namespace JetsonCore.Notices;

internal sealed class VexReader(JsonPull json, Inventory inventory, OpenNotices notices)
{
    /// <summary>Reads the document that the reader stands on.</summary>
    public void Read() => json.Object(name =>
    {
        if (name == "statements")
            json.Array(Statement);
        else
            json.Skip();
    });

    private void Statement()
    {
        string id = "", status = "";
        HashSet<InstalledPackage> products = [];
        json.Object(name =>
        {
            if (name == "vulnerability")
                id = Vulnerability();
            else if (name == "status")
                status = json.TextOrSkip();
            else if (name == "products")
                json.Array(() => products.UnionWith(Product()));
            else
                json.Skip();
        });
        foreach (InstalledPackage package in id.Length > 0 ? products : [])
        {
            if (status is "affected" or "under_investigation")
                notices.Add(package, id);
            else if (status is "fixed" or "not_affected")
                notices.Remove(package, id);
        }
    }

    private string Vulnerability()
    {
        if (json.Type == JsonTokenType.String)
            return json.Text;
        string name = "", address = "";
        json.Object(key =>
        {
            if (key == "name")
                name = json.TextOrSkip();
            else if (key == "@id")
                address = json.TextOrSkip();
            else
                json.Skip();
        });
        return name.Length > 0 ? name : address;
    }

    private HashSet<InstalledPackage> Product()
    {
        HashSet<InstalledPackage> found = [];
        if (json.Type == JsonTokenType.String)
        {
            found.UnionWith(inventory.OfUrl(json.Text));
            return found;
        }
        json.Object(name =>
        {
            if (name == "@id")
                found.UnionWith(inventory.OfUrl(json.TextOrSkip()));
            else if (name == "identifiers")
                json.Object(_ => found.UnionWith(inventory.OfUrl(json.TextOrSkip())));
            else if (name == "subcomponents")
                json.Array(() => found.UnionWith(Product()));
            else
                json.Skip();
        });
        return found;
    }
}
