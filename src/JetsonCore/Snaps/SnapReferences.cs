// What leads out of a snap: its contact, and the snaps whose content its plugs want.
// Peer: snapd Info.Contact, NeededDefaultProviders.
using System.Collections.Immutable;
using JetsonCore.Diagnostics;

namespace JetsonCore.Snaps;

internal static class SnapReferences
{
    /// <summary>The first contact as seed.yaml has it: an address without a scheme is one for mail.</summary>
    public static string Contact(SnapYamlDocument document)
    {
        if (!document.Links.TryGetValue("contact", out SnapYamlLinks? links) || links.Addresses is not [var first, ..])
            return "";
        return Address(first.Value);
    }

    /// <summary>A contact as seeds have it; empty where it is no address.</summary>
    public static string Address(string contact)
    {
        int colon = contact.IndexOf(':', StringComparison.Ordinal);
        bool hasScheme = colon > 0 && char.IsAsciiLetter(contact[0])
            && contact.Take(colon).All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.');
        int segment = contact.IndexOf('/', StringComparison.Ordinal);
        bool isNone = contact is "" || contact.Any(char.IsControl) || HasBadEscape(contact)
            || (!hasScheme && colon >= 0 && (segment < 0 || colon < segment));
        return isNone ? "" : hasScheme ? contact : $"mailto:{contact}";
    }

    private static bool HasBadEscape(string text) => text.Index().Any(one => one.Item == '%'
        && !(one.Index + 2 < text.Length && char.IsAsciiHexDigit(text[one.Index + 1])
            && char.IsAsciiHexDigit(text[one.Index + 2])));

    /// <summary>The snaps that provide content by default, each once, in file order.</summary>
    public static ImmutableArray<Located<string>> DefaultProviders(SnapYamlDocument document) =>
    [
        .. document.Plugs.Values.Where(plug => plug.Interface == "content")
            .Select(plug => (plug.Name.Span, Provider: plug.Attribute("default-provider")?.Text))
            .Where(plug => plug.Provider is { Length: > 0 })
            .Select(plug => new Located<string>(plug.Provider!.Split(':')[0], plug.Span))
            .DistinctBy(provider => provider.Value),
    ];
}
