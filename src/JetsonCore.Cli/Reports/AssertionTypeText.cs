// `explain TYPE`: a row of the table of assertion types, for people.
using JetsonCore.Assertions;

namespace JetsonCore.Cli.Reports;

internal static class AssertionTypeText
{
    public static void Write(AssertionType type, TextWriter output)
    {
        string since = type.Since is { } release ? $", since snapd {release}" : "";
        output.WriteLine($"{type.Name}: a type of assertion{since}");
        output.WriteLine($"  named by   {(type.PrimaryKey.IsEmpty ? "nothing" : string.Join(", ", type.PrimaryKey))}");
        output.WriteLine($"  signed by  {Signer(type)}");
        if (type.NewestFormat > 0 || type.LastFormat > 0)
        {
            int newest = Math.Max(type.NewestFormat, type.LastFormat);
            output.WriteLine($"  formats    up to {type.LastFormat} are trusted, up to {newest} exist");
        }
        foreach (string need in type.NeedWords)
            output.WriteLine($"  needs      {need}");
        if (type.Body != BodyRule.Any)
            output.WriteLine($"  body       {Body(type.Body)}");
        output.WriteLine("  headers");
        int width = type.HeaderWords.Select(row => row.Name.Length).DefaultIfEmpty().Max();
        foreach ((string name, string words, bool isMandatory) in type.HeaderWords)
            output.WriteLine($"    {name.PadRight(width)}  {(isMandatory ? "" : "optional: ")}{words}");
        output.WriteLine();
    }

    private static string Signer(AssertionType type) => type.Signer switch
    {
        SignerRule.Anyone when type.Name == "model" => "the brand",
        SignerRule.Anyone => type.AuthorityWords ?? "any account with a vouched key",
        SignerRule.Trusted => "the account of a root",
        SignerRule.StoreOrDelegate =>
            "the account of a root; with another provenance who the snap-declaration's \"revision-authority\" names",
        SignerRule.PublisherOrTrusted => "the snap's publisher, or the account of a root",
        SignerRule.PublisherOfDeclaration => "the publisher that the snap-declaration names",
        SignerRule.BrandOrNamedByModel => "the brand, or who the model's \"serial-authority\" names",
        SignerRule.KeyInBody => "the key in its body",
        SignerRule.DeviceOfSerial => "the device, whose key its serial assertion has",
        SignerRule.NotCheckable => "the device; only who asked for it can check that",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Body(BodyRule rule) => rule switch
    {
        BodyRule.PublicKey => "the public key, in its envelope",
        BodyRule.NotEmpty => "not empty",
        BodyRule.JsonWithStorage => "a JSON object with \"storage\"",
        _ => "anything",
    };
}
