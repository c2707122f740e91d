// What a snap is, and what it was made of.
using System.Security.Cryptography;
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Materials;

/// <summary>Reads one snap.</summary>
/// <param name="address">Where it lies.</param>
/// <param name="reading">What keeps unpacked bytes.</param>
/// <param name="diagnostics">Takes what cannot be read.</param>
internal sealed class SnapMaterials(string address, ArtefactReading reading, DiagnosticBag diagnostics)
{
    private const int FirmwareMax = 20_000, BufferLength = 256 << 10;

    /// <summary>Whether a tree is one of a snap.</summary>
    public static bool IsSnap(DirectoryNode root) => root.Find(SnapFile.YamlPath) is RegularFileNode;

    /// <summary>Both digests of a content, which is read once.</summary>
    public static (string Sha256, string Sha3) Digests(FileContent content, CancellationToken cancellation)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using IncrementalHash? sha3 = SHA3_384.IsSupported
            ? IncrementalHash.CreateHash(HashAlgorithmName.SHA3_384) : null;
        using Stream stream = content.Open();
        var buffer = new byte[BufferLength];
        while (stream.Read(buffer) is > 0 and int read)
        {
            cancellation.ThrowIfCancellationRequested();
            sha256.AppendData(buffer, 0, read);
            sha3?.AppendData(buffer, 0, read);
        }
        return (Convert.ToHexStringLower(sha256.GetHashAndReset()),
            sha3 is null ? "" : Convert.ToHexStringLower(sha3.GetHashAndReset()));
    }

    /// <summary>Reads the snap.</summary>
    /// <param name="content">Its bytes; null for the folder of one.</param>
    /// <param name="root">The tree in it.</param>
    public Material Read(FileContent? content, DirectoryNode root)
    {
        string file = address[(address.LastIndexOfAny(['/', ':']) + 1)..];
        (string? sha256, string? sha3) = content is null ? (null, null) : Digests(content, reading.Cancellation);
        var snap = new Material
        {
            Kind = MaterialKind.Snap,
            Name = file,
            Address = address,
            SizeBytes = content?.Length,
            Sha256 = sha256,
            Sha3 = sha3 is "" ? null : sha3,
        };
        SnapDefinition? said = SnapFile.ReadDefinition(address, root, diagnostics.Softened());
        Distribution assumed = said is null ? Distribution.Unknown
            : Distribution.OfBase(said.Name.Value) ?? Distribution.OfBase(said.RuntimeBase?.Value ?? "")
                ?? Distribution.Unknown;
        snap = snap with
        {
            Parts = [.. PackageMaterials.Read(address, root, assumed, diagnostics), .. Boot(said, root)],
        };
        return said is null ? snap : snap with
        {
            Name = said.Name.Value,
            Version = said.Version.Value,
            License = said.License,
            Summary = said.Summary,
            Snap = new(said.Type.Value.ToString().ToLowerInvariant(), Revision(file), said.RuntimeBase?.Value ?? "",
                said.Confinement, string.Join(',', said.Architectures.Select(one => one.Value))),
        };
    }

    private List<Material> Boot(SnapDefinition? said, DirectoryNode root)
    {
        List<Material> found = [];
        if (said?.Type.Value is not (SnapType.Kernel or SnapType.Gadget))
            return found;
        foreach ((string path, FileNode node) in root.Walk())
        {
            if (node is not RegularFileNode { Content: var content })
                continue;
            string name = path[(path.LastIndexOf('/') + 1)..], at = $"{address}:{path}";
            try
            {
                Material? material = BootMaterials.IsKernelName(name)
                        ? BootMaterials.Kernel(at, content, reading)
                    : BootMaterials.IsLoaderName(name) ? BootMaterials.Loader(at, content)
                    : BootMaterials.IsFirmware(path) && found.Count < FirmwareMax
                        ? BootMaterials.Firmware(at, path, content)
                    : null;
                if (material is not null)
                    found.Add(material);
            }
            catch (MalformedDataException damage)
            {
                diagnostics.AddAbout(at, MaterialRules.Unread, $"cannot look into it: {damage.Message}",
                    "the bill of materials is incomplete without it");
            }
        }
        return found;
    }

    /// <summary>"core18_x1.snap" is of revision x1; "hello_2.10_amd64.snap" says none.</summary>
    private static string Revision(string file)
    {
        string[] words = file.EndsWith(".snap", StringComparison.Ordinal) ? file[..^5].Split('_') : [];
        return words is [_, { Length: > 0 } revision] && revision.TrimStart('x').All(char.IsAsciiDigit)
            ? revision : "";
    }
}
