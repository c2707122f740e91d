// A folder of snaps and their assertions, as `fetch` fills it and a build without network takes from it:
//
//   NAME_REVISION.snap   NAME_REVISION.assert     as `snap download` names them; other names of assertions do as well
//   NAME_REVISION.json                            what the store says of it besides: {"private": false, "contact": ""}
//   MODEL.model.assert                            what the model needs: account, account-key, store
//   seed.manifest                                 which revision of each snap was fetched last
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Seed;

namespace JetsonCore.Store;

internal sealed class StoreFolder
{
    private const string SnapEnding = ".snap", AssertionEnding = ".assert";
    private const string FactsEnding = ".json";
    private const int ListMax = 1 << 20, BufferBytes = 1 << 20;

    private readonly string _path;
    private readonly ImmutableArray<string> _names;
    private readonly RevisionList _revisions;

    private StoreFolder(string path, ImmutableArray<string> names, RevisionList revisions) =>
        (_path, _names, _revisions) = (path, names, revisions);

    /// <summary>Opens a folder.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static StoreFolder Open(string path, DiagnosticBag diagnostics)
    {
        if (!HostFile.IsFolder(path))
        {
            throw new UserErrorException(FailureKind.Environment, StoreRules.Folder, path,
                "cannot take snaps from it: there is no such folder", "fill one with \"jetson-core fetch\"");
        }
        return new(path, [.. Posix.Names(path).Order(StringComparer.Ordinal)], ListOf(path, diagnostics));
    }

    /// <summary>Every assertion in the folder, in the order of its files.</summary>
    public IReadOnlyList<Assertion> ReadAssertions(DiagnosticBag diagnostics) =>
    [
        .. _names.Where(name => name.EndsWith(AssertionEnding, StringComparison.Ordinal))
            .Select(name => Path.Join(_path, name))
            .SelectMany(file => AssertionFile.ReadAll(
                HostFile.ReadAll(file, AssertionReader.StreamLimit), file, diagnostics) ?? []),
    ];

    /// <summary>The file of a snap; null, with a finding, where there is none or it is not clear which.</summary>
    /// <param name="name">The snap's name.</param>
    /// <param name="revision">The revision that is wanted; null for what was fetched last, or the only one.</param>
    /// <param name="diagnostics">Takes why there is none.</param>
    public string? Find(string name, long? revision, DiagnosticBag diagnostics)
    {
        string[] files = [.. _names.Where(file => IsOf(file, name))];
        if ((revision ?? _revisions.Find(name)) is { } number
            && files.FirstOrDefault(file => file == FileName(name, number)) is { } wanted)
        {
            return Path.Join(_path, wanted);
        }
        if (revision is null && files is [var only])
            return Path.Join(_path, only);
        string what = revision is null ? $"\"{name}\"" : $"\"{name}\" in revision {revision}";
        diagnostics.AddAbout(_path, StoreRules.Folder, files is []
                ? $"cannot take {what} from the folder: it is not there"
                : $"cannot take {what} from the folder: there are {string.Join(", ", files)}",
            files is [] ? $"jetson-core fetch {name} --store-dir {_path}"
                : "name the file itself, or its revision in a list given with --revisions");
        return null;
    }

    /// <summary>The assertions beside a snap's file that came with it, or null.</summary>
    public static string? StatementOf(string snapPath) =>
        Path.ChangeExtension(snapPath, AssertionEnding) is { } path && HostFile.Exists(path) ? path : null;

    /// <summary>What a store said of a snap of the folder; null where that was not kept.</summary>
    public static StoreFacts? FactsOf(string snapPath, DiagnosticBag diagnostics)
    {
        string file = Path.ChangeExtension(snapPath, FactsEnding);
        if (!HostFile.Exists(file))
            return null;
        try
        {
            byte[] json = HostFile.ReadAll(file, ListMax);
            if (JsonSerializer.Deserialize(json, StoreJson.Default.StoreFactsJson) is { } read)
                return new(read.Private, read.Contact ?? "");
        }
        catch (JsonException)
        {
            // Told below.
        }
        diagnostics.AddAbout(file, StoreRules.Folder,
            "cannot read what the store says of the snap: it is not {\"private\": …, \"contact\": …}",
            "fetch it again");
        return null;
    }

    /// <summary>Puts what was fetched into a folder, which is made if missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="fetched">What was fetched.</param>
    /// <param name="modelName">The model's name, or null.</param>
    /// <param name="force">Whether other snaps of the same file names are overwritten.</param>
    /// <param name="diagnostics">Takes what is wrong with the folder's list.</param>
    /// <exception cref="UserErrorException">There is another file of a snap's name.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Save(
        string path, FetchedSnaps fetched, string? modelName, bool force, DiagnosticBag diagnostics)
    {
        OutputFile.RequireFolder(path);
        RevisionList revisions = ListOf(path, diagnostics);
        foreach (FetchedSnap one in fetched.Snaps)
        {
            string file = Path.Join(path, FileName(one.Snap.Name, one.Snap.Revision));
            if (!Holds(file, one.Snap))
                Copy(one, file, force);
            Write(Path.ChangeExtension(file, AssertionEnding), AssertionFile.Encode(one.Assertions));
            Write(Path.ChangeExtension(file, FactsEnding), JsonSerializer.SerializeToUtf8Bytes(
                new(one.Snap.Facts.IsPrivate, one.Snap.Facts.Contact), StoreJson.Default.StoreFactsJson));
            revisions = revisions.With(one.Snap.Name, one.Snap.Revision.ToString(CultureInfo.InvariantCulture));
        }
        if (modelName is not null && !fetched.OfModel.IsEmpty)
            Write(Path.Join(path, $"{modelName}.model{AssertionEnding}"), AssertionFile.Encode(fetched.OfModel));
        Write(Path.Join(path, RevisionList.FileName), Encoding.UTF8.GetBytes(revisions.Text));
    }

    private static string FileName(string name, long revision) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}_{revision}{SnapEnding}");

    private static bool IsOf(string file, string name) => file.EndsWith(SnapEnding, StringComparison.Ordinal)
        && (file.StartsWith($"{name}_", StringComparison.Ordinal) || file == name + SnapEnding);

    private static RevisionList ListOf(string path, DiagnosticBag diagnostics)
    {
        string file = Path.Join(path, RevisionList.FileName);
        return HostFile.Exists(file)
            ? RevisionList.Read(HostFile.ReadAll(file, ListMax), diagnostics.About(file))
            : RevisionList.None;
    }

    private static bool Holds(string file, StoreSnap snap)
    {
        if (!HostFile.Exists(file))
            return false;
        using FileStream there = HostFile.OpenRead(file);
        return AssertionDigest.IsOf(there, snap.SizeBytes, snap.Digest);
    }

    /// <summary>Copies a file of the cache, and verifies it once more.</summary>
    private static void Copy(FetchedSnap fetched, string file, bool force)
    {
        using OutputFile output = OutputFile.Create(file, force);
        using FileStream cached = HostFile.OpenRead(fetched.Path);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA3_384);
        var buffer = new byte[BufferBytes];
        while (cached.Read(buffer) is > 0 and int read)
        {
            output.Stream.Write(buffer, 0, read);
            digest.AppendData(buffer, 0, read);
        }
        if (Base64Url.EncodeToString(digest.GetHashAndReset()) != fetched.Snap.Digest)
        {
            throw new UserErrorException(FailureKind.Environment, StoreRules.OtherBytes, fetched.Path,
                "cannot copy it: it has changed since it was verified");
        }
        output.Commit();
    }

    /// <summary>Writes a file of our own, which may be there from before.</summary>
    private static void Write(string file, byte[] content)
    {
        if (!HostFile.Exists(file)
            || !HostFile.ReadAll(file, AssertionReader.StreamLimit).AsSpan().SequenceEqual(content))
        {
            OutputFile.Write(file, content, force: true);
        }
    }
}
