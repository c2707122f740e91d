// The assertions of a seed: verified, named, and asked what they say about a snap's file.
//
//   file ──digest──► snap-revision (revision, size, snap-id) ──snap-id──► snap-declaration (name)
using System.Collections.Immutable;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

internal sealed class SeedStatements
{
    private readonly ILookup<string, Assertion> _revisions;
    private readonly ILookup<string, Assertion> _declarations;

    private SeedStatements(IReadOnlyList<Assertion> assertions, ImmutableSortedDictionary<string, byte[]> files)
    {
        Files = files;
        _revisions = Lookup(assertions, "snap-revision", "snap-sha3-384");
        _declarations = Lookup(assertions, "snap-declaration", "snap-id");
    }

    /// <summary>What assertions say about one snap file.</summary>
    public sealed record SnapStatement(string SnapId, string Revision);

    /// <summary>The assertions by the names of their files.</summary>
    public ImmutableSortedDictionary<string, byte[]> Files { get; }

    /// <summary>
    /// Checks who vouches for what; that nobody vouches for the model's key is a warning, all else an error.
    /// </summary>
    public static SeedStatements Verify(SeedInputs inputs, DiagnosticBag findings)
    {
        foreach (Assertion model in inputs.Assertions.Where(other => other.Type.Name == "model"))
        {
            if (!model.ToBytes().AsSpan().SequenceEqual(inputs.ModelAssertion.ToBytes()))
            {
                findings.Add(SeedRules.OneModel, SourceSpan.None,
                    $"cannot have {model.Reference} in the seed of another model");
            }
        }
        Assertion[] others = [.. inputs.Assertions.Where(other => other.Type.Name != "model")];
        AssertionVerifier.Verify(others, inputs.Roots, findings);
        var aboutModel = new DiagnosticBag(inputs.ModelPath);
        Assertion[] all = [.. others, inputs.ModelAssertion];
        bool isVouched = AssertionVerifier.Verify(all, inputs.Roots, aboutModel).Contains(inputs.ModelAssertion);
        Diagnostic? doubt = isVouched ? null : aboutModel.Items[^1];
        if (doubt is not null && doubt.Rule != VerifierRules.UnknownKey)
            findings.Add(doubt);
        else if (doubt is not null)
        {
            findings.Add(SeedRules.Vouching, SourceSpan.None,
                $"nobody vouches for the key of {inputs.ModelAssertion.Reference}: "
                    + "an unchanged snapd refuses the model at the first boot",
                hint: "register the key and give its account and account-key with --assertion");
        }
        return new(others, NameFiles(all, inputs.Roots));
    }

    /// <summary>What the assertions say about a file; null where they do not speak of it.</summary>
    public SnapStatement? Find(SnapFile snap, DiagnosticBag findings)
    {
        if (_revisions.Count == 0 || _revisions[snap.Digest].FirstOrDefault() is not { } revision)
            return null;
        string id = revision.Headers.Text("snap-id") ?? "", number = revision.Headers.Text("snap-revision") ?? "";
        string? name = _declarations[id].FirstOrDefault()?.Headers.Text("snap-name");
        string size = snap.Content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string? doubt = (name, revision.Headers.Text("snap-size")) switch
        {
            (null, _) => $"there is no snap-declaration of its id \"{id}\"",
            (var declared, _) when declared != snap.Name => $"its snap-declaration calls it \"{declared}\"",
            (_, var stated) when stated != size => $"its snap-revision says {stated} bytes, it has {size}",
            _ when !AssertionNames.TryParseNumber(number, out long parsed) || parsed < 1 =>
                $"its snap-revision says revision \"{number}\"",
            _ => null,
        };
        if (doubt is null)
            return new(id, number);
        findings.AddAbout(snap.Path, SeedRules.SnapStatement,
            $"cannot believe the assertions about \"{snap.Name}\": {doubt}");
        return null;
    }

    private static ILookup<string, Assertion> Lookup(IReadOnlyList<Assertion> assertions, string type, string header) =>
        assertions.Where(assertion => assertion.Type.Name == type)
            .OrderByDescending(assertion => assertion.Revision)
            .ToLookup(assertion => assertion.Headers.Text(header) ?? "", StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, byte[]> NameFiles(Assertion[] all, TrustedRoots roots)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        foreach (Assertion assertion in all.OrderBy(
            assertion => assertion.Revision))      // the newest has the last word
        {
            byte[] bytes = assertion.ToBytes();
            if (!roots.Assertions.Any(root => root.ToBytes().AsSpan().SequenceEqual(bytes)))
                files[FileName(assertion)] = bytes;
        }
        return files.ToImmutable();
    }

    private static string FileName(Assertion assertion)
    {
        if (assertion.Type.Name == "model")
            return "model";
        ImmutableArray<string> key = assertion.PrimaryKey;
        if (key is not [] && key[^1] == assertion.Type.LastKeyDefault)
            key = key[..^1];
        return $"{string.Join(',', key)}.{assertion.Type.Name}";
    }
}
