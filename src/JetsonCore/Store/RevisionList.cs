// seed.manifest: which revision of each snap, as `snap prepare-image` writes it (--write-revisions) and reads it
// (--revisions).
//
//   # a comment
//   core18 2829
//   my-gadget x1              a snap that no store numbered
//   my-brand/base-set=4       a validation set, pinned by the model
//   my-brand/base-set 4       one of which the newest sequence was taken; snaps whose revision it says are left out
//
// Peer: snapd seed/seedwriter/manifest.go.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Seed;

namespace JetsonCore.Store;

/// <summary>Revisions by the names of snaps.</summary>
internal sealed record RevisionList(ImmutableSortedDictionary<string, string> Revisions)
{
    /// <summary>The name of such a file in a folder.</summary>
    public const string FileName = "seed.manifest";

    /// <summary>No revisions.</summary>
    public static RevisionList None { get; } =
        new(ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>Sequences of validation sets by "ACCOUNT/NAME".</summary>
    public ImmutableSortedDictionary<string, SetSequence> Sets { get; init; } =
        ImmutableSortedDictionary<string, SetSequence>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>The text of the file, of snaps alone.</summary>
    public string Text => string.Concat(Revisions.Select(one => $"{one.Key} {one.Value}\n"));

    /// <summary>The number that a store has given, or null where the list names none.</summary>
    public long? Find(string name) =>
        Revisions.TryGetValue(name, out string? text) && AssertionNames.TryParseNumber(text, out long number)
            ? number : null;

    /// <summary>The same with a snap's revision set.</summary>
    public RevisionList With(string name, string revision) =>
        this with { Revisions = Revisions.SetItem(name, revision) };

    /// <summary>The same with what validation sets say of snaps for which it names no revision.</summary>
    public RevisionList Within(IEnumerable<Assertion> sets)
    {
        RevisionList list = this;
        foreach ((string name, long revision) in sets.SelectMany(ValidationSets.RevisionsOf))
        {
            if (!list.Revisions.ContainsKey(name))
                list = list.With(name, revision.ToString(CultureInfo.InvariantCulture));
        }
        return list;
    }

    /// <summary>Reads a list.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="diagnostics">Takes what is wrong, with the line.</param>
    public static RevisionList Read(ReadOnlySpan<byte> text, DiagnosticBag diagnostics)
    {
        RevisionList list = None;
        foreach ((int index, string line) in Encoding.UTF8.GetString(text).Split('\n').Index())
        {
            string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
                continue;
            if (words is [var name, var revision] && SnapNames.IsSnapName(name) && IsRevision(revision)
                && !list.Revisions.ContainsKey(name))
            {
                list = list.With(name, revision);
                continue;
            }
            if (ReadSet(words) is { } set && !list.Sets.ContainsKey(set.Key))
            {
                list = list with { Sets = list.Sets.Add(set.Key, set.Value) };
                continue;
            }
            diagnostics.Add(StoreRules.Revisions, new SourceSpan(index + 1, 1, index + 1, 1),
                "cannot read the line: it is not a snap's name and its revision, nor a validation set and its "
                    + "sequence, or the name stands there twice",
                "write lines like: core18 2829");
        }
        return list;
    }

    private static KeyValuePair<string, SetSequence>? ReadSet(string[] words)
    {
        string[] parts = words is [var pinned] ? pinned.Split('=') : words;
        return parts is [var key, var text] && key.Split('/') is [var account, var name]
            && AssertionNames.IsAccountId(account) && AssertionNames.IsModelName(name)
            && AssertionNames.TryParseNumber(text, out long number) && number > 0
            ? new(key, new(number, words.Length == 1)) : null;
    }

    private static bool IsRevision(string text) =>
        AssertionNames.TryParseNumber(text.StartsWith('x') ? text[1..] : text, out long number) && number > 0;
}
