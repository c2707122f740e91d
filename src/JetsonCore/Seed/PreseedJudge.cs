// Judges what was seeded at the factory: systems/LABEL/preseed.tgz, unpacked when the device installs itself, and the
// assertion "preseed" beside it. Making one needs a snapd of the board's architecture that runs.
//
//   preseed          brand, model, label; the digest of preseed.tgz; the snaps of the system in their revisions
//   preseed.tgz      what system-data holds once the snaps are seeded
//
// Peer: snapd overlord/devicestate/handlers_install.go (maybeApplyPreseededData).
using JetsonCore.Assertions;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Seed;

internal sealed class PreseedJudge(SeedScene scene, string label)
{
    private const string Run = "run";

    private string Place => $"{RecoverySystem.FolderOf(label)}/preseed";

    public void Judge(
        ModelDefinition model, IReadOnlyList<Assertion> believed, IReadOnlyList<RecoverySystemJudge.FoundSnap> snaps)
    {
        FileContent? archive = scene.File($"{Place}.tgz"), file = scene.File(Place);
        if (archive is null)
        {
            if (file is not null)
                scene.AddLeftover(Place, "nobody reads it: there is no preseed.tgz");
            return;
        }
        if (file is null)
        {
            Add("there is no file \"preseed\" with its assertion", "cannot read preseed assertion");
            return;
        }
        IReadOnlyList<Assertion> read = scene.ReadAssertions(Place, file);
        Assertion? preseed = read.LastOrDefault(one => one.Type.Name == "preseed");
        if (preseed is null)
        {
            Add("the file \"preseed\" holds no assertion of that type", "preseed assertion not found");
            return;
        }
        if (!scene.Believe(Place, [.. believed, .. read]).ContainsKey(preseed.Reference))
            return;
        JudgeHeaders(preseed, model);
        using Stream stream = archive.Open();
        if (AssertionDigest.Of(stream) != preseed.Headers.Text("artifact-sha3-384"))
            Add("preseed.tgz has another digest than its assertion says", "invalid preseed artifact digest");
        JudgeSnaps(preseed, snaps);
    }

    private void JudgeHeaders(Assertion preseed, ModelDefinition model)
    {
        foreach ((string name, string wanted, string words) in ((string, string, string)[])
        [
            ("system-label", label, "preseed assertion system label \"{0}\" doesn't match system label \"{1}\""),
            ("model", model.Name, "preseed assertion model \"{0}\" doesn't match the model \"{1}\""),
            ("brand-id", model.BrandId, "preseed assertion brand \"{0}\" doesn't match model brand \"{1}\""),
            ("series", model.Series, "preseed assertion series \"{0}\" doesn't match model series \"{1}\""),
        ])
        {
            if (preseed.Headers.Text(name) is var found && found != wanted)
            {
                Add($"its assertion is of {name} \"{found}\", the system of \"{wanted}\"",
                    words.Replace("{0}", found, StringComparison.Ordinal)
                        .Replace("{1}", wanted, StringComparison.Ordinal));
            }
        }
    }

    private void JudgeSnaps(Assertion preseed, IReadOnlyList<RecoverySystemJudge.FoundSnap> snaps)
    {
        Dictionary<string, AssertionHeaders> stated = new(StringComparer.Ordinal);
        if (preseed.Headers["snaps"] is HeaderValue.Items { Values: var entries })
        {
            foreach (HeaderValue.Entries entry in entries.OfType<HeaderValue.Entries>())
                stated[entry.Values.Text("name") ?? ""] = entry.Values;
        }
        RecoverySystemJudge.FoundSnap[] running =
            [.. snaps.Where(one => one.Snap is not null && (one.Entry is null || one.Entry.Modes.Contains(Run)))];
        if (running.Length != stated.Count)
        {
            Add($"its assertion is about {stated.Count} snaps, the system has {running.Length}",
                $"seed has {running.Length} snaps but {stated.Count} snaps are required by preseed assertion");
        }
        foreach ((_, var snap, Assertion? revision) in running)
        {
            string name = snap!.Name;
            if (!stated.TryGetValue(name, out AssertionHeaders? entry))
            {
                Add($"its assertion does not name \"{name}\"",
                    $"snap \"{name}\" not present in the preseed assertion");
            }
            else if (entry.Text("revision") != revision?.Headers.Text("snap-revision"))
            {
                string own = revision?.Headers.Text("snap-revision") ?? "an unasserted one";
                Add($"its assertion has revision {entry.Text("revision") ?? "none"} of \"{name}\", the system {own}",
                    $"snap \"{name}\" has wrong revision");
            }
            else if (entry.Text("id") != revision?.Headers.Text("snap-id"))
                Add($"its assertion has another id of \"{name}\"", $"snap \"{name}\" has wrong snap id");
        }
    }

    private void Add(string why, string words) =>
        scene.Add(SeedJudgeRules.Preseed, Place, $"cannot take what was seeded at the factory: {why}", words);
}
