// seed.manifest: which revision of each snap, as `snap prepare-image` writes it (--write-revisions) and reads it
// (--revisions).
//
//   # a comment
//   core18 2829
//   my-gadget x1              a snap that no store numbered
//
// Peer: snapd seed/seedwriter/manifest.go.
using System.Collections.Immutable;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;

namespace JetsonCore.Store;

/// <summary>Revisions by the names of snaps.</summary>
internal sealed record RevisionList(ImmutableSortedDictionary<string, string> Revisions)
{
    /// <summary>The name of such a file in a folder.</summary>
    public const string FileName = "seed.manifest";

    /// <summary>No revisions.</summary>
    public static RevisionList None { get; } =
        new(ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>The text of the file.</summary>
    public string Text => string.Concat(Revisions.Select(one => $"{one.Key} {one.Value}\n"));

    /// <summary>The number that a store has given, or null where the list names none.</summary>
    public long? Find(string name) =>
        Revisions.TryGetValue(name, out string? text) && AssertionNames.TryParseNumber(text, out long number)
            ? number : null;

    /// <summary>The same with a snap's revision set.</summary>
    public RevisionList With(string name, string revision) => new(Revisions.SetItem(name, revision));

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
            bool isSet = words[0].Contains('/', StringComparison.Ordinal);
            diagnostics.Add(StoreRules.Revisions, new SourceSpan(index + 1, 1, index + 1, 1), isSet
                    ? $"cannot follow the validation set \"{words[0]}\": only revisions of snaps are read here"
                    : "cannot read the line: it is not a snap's name and its revision, or the name stands there twice",
                isSet ? null : "write lines like: core18 2829");
        }
        return list;
    }

    private static bool IsRevision(string text) =>
        AssertionNames.TryParseNumber(text.StartsWith('x') ? text[1..] : text, out long number) && number > 0;
}
