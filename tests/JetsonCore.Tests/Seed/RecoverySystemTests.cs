// Recovery systems beside those of snapd: image.Prepare and ours get the same models, snaps and statements; both take
// or refuse each, and what they put into ubuntu-seed is the same, byte by byte. snapd's package seed loads each.
using System.Text;
using System.Text.Json;
using JetsonCore.Assertions;
using JetsonCore.Build;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget.Model;
using JetsonCore.Layout;
using JetsonCore.Seed;
using JetsonCore.TestKit;
using JetsonCore.Tests.Assertions;
using Xunit;

namespace JetsonCore.Tests.Seed;

public sealed class RecoverySystemTests : IDisposable
{
    private readonly RecoverySystemWorld _world = new();
    private readonly TempFolder _temp = new();
    private readonly StringBuilder _differences = new();

    public void Dispose()
    {
        _world.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void Snapd_takes_and_makes_the_same()
    {
        string userData = _temp.Write("user-data", "#cloud-config\n");
        string roots = _temp.Write("roots", TestChain.Stream([.. _world.Chain.Roots.Assertions]));
        RecoverySystemCase[] all = RecoverySystemCase.All;
        var verdicts = new string[all.Length];
        // Which snaps are asserted differs, so the store does: the cases of one store are prepared together.
        foreach (var group in all.Index().GroupBy(one => AssertedIn(one.Item)))
        {
            Assertion[] statements =
                [.. group.SelectMany(one => _world.Statements(one.Item)).DistinctBy(one => (one.Reference, one.AuthorityId))];
            string[] judged = SnapdJudge.PrepareImages(roots, _temp.Write("statements", TestChain.Stream(statements)),
                group.Select(one => Line(one.Index, one.Item, userData)));
            foreach ((int index, string verdict) in group.Select(one => one.Index).Zip(judged))
                verdicts[index] = verdict;
        }
        List<string> taken = [];
        foreach ((int index, RecoverySystemCase one) in all.Index())
        {
            if (Compare(one, verdicts[index], OutOf(index)))
                taken.Add(Path.Combine(OutOf(index), "system-seed"));
        }
        string[] loaded = SnapdJudge.Run(["systems", roots, .. taken]).MustSucceed().Split('\n');
        Assert.DoesNotContain(loaded, line => line.StartsWith("refused", StringComparison.Ordinal));
        Assert.Equal(taken.Count, loaded.Count(line => line is "end"));
        Assert.True(_differences.Length == 0, _differences.ToString());
        Assert.InRange(taken.Count, 40, all.Length - 40);
    }

    /// <summary>Cases of one store: each snap is in it, or in none of them.</summary>
    private static string AssertedIn(RecoverySystemCase one) => one.Asserted is ["*"]
        ? "*" : string.Join(' ', one.Asserted.Order(StringComparer.Ordinal));

    private string OutOf(int index) => _temp.File($"out{index}");

    private string Line(int index, RecoverySystemCase one, string userData) => JsonSerializer.Serialize(new
    {
        Model = _temp.Write($"model{index}", _world.Model(one).ToBytes()),
        Snaps = one.Snaps.Select(kind => _world.Snap(kind).Path),
        one.Channel,
        one.DisableConsoleConf,
        CloudInit = one.CloudInit ? userData : "",
        BootFlags = one.IsFactoryImage ? (string[])["factory"] : [],
        Out = OutOf(index),
    });

    /// <summary>Whether both take it; differences are noted.</summary>
    private bool Compare(RecoverySystemCase one, string verdict, string theirs)
    {
        string systems = Path.Combine(theirs, "system-seed", "systems");
        string label = Directory.Exists(systems)
            ? Path.GetFileName(Directory.GetDirectories(systems).SingleOrDefault()) ?? "20260101" : "20260101";
        var diagnostics = new DiagnosticBag();
        DirectoryNode? ours = Build(one, label, diagnostics);
        if (ours is not null != (verdict is "" && !one.OursRefusesMore))
        {
            _differences.Append($"{one.Name}\n  snapd: {verdict}\n  ours: ")
                .AppendJoin("; ", diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message}")).Append('\n');
            return false;
        }
        if (ours is null)
            return false;
        string[] made = [.. ours.Walk().Select(Describe)];
        string[] expected = [.. FolderTree.Read(Path.Combine(theirs, "system-seed")).Walk().Select(Describe)];
        foreach (string line in expected.Except(made))
            _differences.Append($"{one.Name}\n  only snapd: {line}\n");
        foreach (string line in made.Except(expected))
            _differences.Append($"{one.Name}\n  only ours: {line}\n");
        return true;
    }

    private DirectoryNode? Build(RecoverySystemCase one, string label, DiagnosticBag diagnostics)
    {
        Assertion model = _world.Model(one);
        var inputs = new SeedInputs
        {
            Model = ModelReader.Read(model.Headers, new DiagnosticBag())!,
            ModelAssertion = model,
            ModelPath = "model",
            Snaps = [.. one.Snaps.Select(_world.Snap)],
            Assertions = [.. _world.Statements(one)],
            Roots = _world.Chain.Roots,
            Channel = one.Channel is "" ? null : one.Channel,
            SystemLabel = label,
            Customization = new()
            {
                DisablesConsoleConf = one.DisableConsoleConf,
                IsFactoryImage = one.IsFactoryImage,
                CloudInitUserData = one.CloudInit ? "#cloud-config\n"u8.ToArray() : null,
            },
        };
        SeedPlan? plan = SeedPlanner.Plan(inputs, diagnostics);
        GadgetDefinition? gadget = VolumePreparation.ReadGadget(inputs, diagnostics);
        if (plan is null || gadget is null)
            return null;
        VolumePlan volume = Assert.Single(VolumePlanner.Plan(gadget, new() { LeavesOutInstalled = true }, diagnostics));
        PlannedStructure seed = Assert.Single(volume.Structures);
        Assert.Equal("ubuntu-seed", seed.Label);
        var contents = new PartitionContents(plan, new FileTime(1_600_000_000), _ => Guid.Empty, diagnostics);
        PartitionContent? content = contents.Prepare(volume).SingleOrDefault();
        return diagnostics.HasErrors ? null : Assert.IsType<VfatContent>(content).Tree;
    }

    private static string Describe((string Path, FileNode Node) one) => one.Node switch
    {
        RegularFileNode file => $"{one.Path} {Text(one.Path, file.Content)}",
        DirectoryNode => $"{one.Path}/",
        _ => throw new InvalidOperationException($"{one.Path} is neither file nor folder"),
    };

    private static string Text(string path, FileContent content)
    {
        if (content.Length > 3000)
            return $"{content.Length} {AssertionDigest.Of(content.Open())}";
        string text = Encoding.UTF8.GetString(content.ReadAll(3000));
        // snapd writes the variables in the order of a map of Go's, which varies
        return Path.GetFileName(path) == "grubenv" ? string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal)) : text;
    }
}
