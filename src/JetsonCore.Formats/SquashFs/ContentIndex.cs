// Finds files of equal content, so that each content is stored once. Only files that share their length with another
// can be equal, and only those are digested: the first of a length while it is stored, the later ones beforehand.
using System.Security.Cryptography;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.SquashFs;

internal sealed class ContentIndex
{
    private readonly HashSet<long> _lengths = [];
    private readonly HashSet<long> _sharedLengths = [];
    private readonly HashSet<long> _storedLengths = [];
    private readonly Dictionary<string, StoredFile> _byDigest = new(StringComparer.Ordinal);

    /// <summary>Announces a file before any is stored.</summary>
    public void Announce(long length)
    {
        if (!_lengths.Add(length))
            _sharedLengths.Add(length);
    }

    /// <summary>A digest to be kept while the first file of its length is stored; null where none is needed.</summary>
    public IncrementalHash? BeginDigest(long length) =>
        _sharedLengths.Contains(length) ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    /// <summary>Remembers a stored file by its digest.</summary>
    public void Add(StoredFile file, IncrementalHash digest)
    {
        _storedLengths.Add(file.Length);
        _byDigest[Convert.ToHexString(digest.GetHashAndReset())] = file;
    }

    /// <summary>The file that has this content already, if one has.</summary>
    public StoredFile? Find(FileContent content)
    {
        if (!_storedLengths.Contains(content.Length))
            return null;
        using Stream stream = content.Open();
        StoredFile? found = _byDigest.GetValueOrDefault(Convert.ToHexString(SHA256.HashData(stream)));
        return found?.Length == content.Length ? found : null;
    }
}
