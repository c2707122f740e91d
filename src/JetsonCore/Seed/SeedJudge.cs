// Judges a seed that is there already, whoever made it: what snapd would refuse at the first boot, every fault at once,
// each with snapd's words beside ours. Seeds of Ubuntu Core 16 and 18 have a seed.yaml (WritableSeedJudge), ubuntu-seed
// of later ones has systems/ (RecoverySystemJudge).
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

/// <summary>Judges seeds.</summary>
public static class SeedJudge
{
    /// <summary>How a seed is judged.</summary>
    /// <param name="Roots">What is trusted to begin with.</param>
    /// <param name="At">When it is to be seeded; null where the day shall not matter.</param>
    /// <param name="OpenSnap">Opens the file of a snap; null, with findings, where it is none.</param>
    public sealed record Options(
        TrustedRoots Roots, DateTimeOffset? At, Func<string, FileContent, DiagnosticBag, SnapFile?> OpenSnap);

    /// <summary>Judges a seed.</summary>
    /// <param name="seed">The folder with seed.yaml or systems/.</param>
    /// <param name="path">Where it lies, for messages.</param>
    /// <param name="options">What is trusted, when, and how snaps are opened.</param>
    /// <param name="diagnostics">Takes every fault.</param>
    /// <returns>How many snaps and assertions there are.</returns>
    public static (int Snaps, int Assertions) Judge(
        DirectoryNode seed, string path, Options options, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var scene = new SeedScene(seed, path, options, diagnostics);
        return RecoverySystem.IsSeed(seed)
            ? RecoverySystemJudge.JudgeAll(scene) : new WritableSeedJudge(scene).Judge();
    }
}
