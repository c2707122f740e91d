// A tree of materials as the lines of a bill, each with names that no other has: what SPDX and CycloneDX have in
// common.
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace JetsonCore.Materials;

/// <summary>A line of a bill.</summary>
/// <param name="Material">What it is about.</param>
/// <param name="Reference">Names it in CycloneDX: where it lies, and for packages which.</param>
/// <param name="Id">Names it in SPDX: letters, digits, "." and "-".</param>
/// <param name="Parts">What it is made of.</param>
internal sealed record BillLine(Material Material, string Reference, string Id, ImmutableArray<BillLine> Parts)
{
    /// <summary>This and all below, each before its parts.</summary>
    public IEnumerable<BillLine> Walk() => Parts.SelectMany(part => part.Walk()).Prepend(this);
}

internal static class Bill
{
    private const int NameInIdMax = 60;

    /// <summary>The lines of a tree; texts have no letters that JSON cannot carry.</summary>
    public static BillLine Lines(Material root)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        return Line(root);

        BillLine Line(Material given)
        {
            Material material = given with
            {
                Name = Clean(given.Name),
                Version = Clean(given.Version),
                Address = Clean(given.Address),
                License = Clean(given.License),
                Supplier = Clean(given.Supplier),
                Summary = Clean(given.Summary),
            };
            string wanted = material.Kind == MaterialKind.Package
                ? $"{material.Address}#{material.Name}@{material.Version}" : material.Address;
            string reference = wanted;
            for (int copy = 2; !taken.Add(reference); copy++)
                reference = string.Create(CultureInfo.InvariantCulture, $"{wanted}#{copy}");
            string id = string.Create(CultureInfo.InvariantCulture,
                $"SPDXRef-{material.Kind}-{IdOf(material.Name)}-{++number}");
            return new(material, reference, id, [.. material.Parts.Select(Line)]);
        }
    }

    /// <summary>An id that follows from a document, as of version 8 of RFC 9562.</summary>
    public static Guid IdOf(byte[] document)
    {
        Span<byte> id = SHA256.HashData(document).AsSpan(0, 16);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    // Names on disk may be no text: what is none becomes U+FFFD here, and control characters too.
    private static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Any(char.IsControl))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            clean.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }

    private static string IdOf(string name) => string.Concat(name.Take(NameInIdMax)
        .Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '.' ? letter : '-'));
}
