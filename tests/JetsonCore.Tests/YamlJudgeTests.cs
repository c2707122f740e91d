// YAML whose meaning nobody disputes is read alike by YamlDotNet, an independent reader: same kinds, same texts.
using JetsonCore.Diagnostics;
using JetsonCore.Snaps;
using JetsonCore.TestKit;
using JetsonCore.Yaml;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace JetsonCore.Tests;

public class YamlJudgeTests
{
    private static readonly YamlRules Rules = new("test")
    {
        Syntax = SnapRules.Yaml,
        Limit = SnapRules.Limit,
        Kind = SnapRules.ValueKind,
        Tag = SnapRules.ValueKind,
        Alias = SnapRules.Alias,
    };

    public static TheoryData<string> Files =>
    [
        .. new[] { "Gadget", "Snaps" }
            .SelectMany(folder => Directory.EnumerateFiles(
                Repository.PathOf("tests", "JetsonCore.Tests", folder, "corpus"), "*.yaml"))
            .Select(path => Path.GetRelativePath(Repository.PathOf(), path)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_shipped_file_is_read_as_YamlDotNet_reads_it(string path)
    {
        string file = Repository.PathOf(path);
        var stream = new YamlStream();
        using (StreamReader text = File.OpenText(file))
            stream.Load(text);
        Yaml.YamlNode root = YamlReader.Read(File.ReadAllBytes(file), Rules, new DiagnosticBag())!.Root!;
        Assert.Equal(Describe(stream.Documents[0].RootNode), Describe(root));
    }

    private static string Describe(YamlDotNet.RepresentationModel.YamlNode node) => node switch
    {
        YamlMappingNode map =>
            $"{{{string.Join(", ", map.Children.Select(one => $"{Describe(one.Key)}: {Describe(one.Value)}"))}}}",
        YamlSequenceNode list => $"[{string.Join(", ", list.Children.Select(Describe))}]",
        _ => $"<{((YamlScalarNode)node).Value}>",
    };

    private static string Describe(Yaml.YamlNode node) => node.Kind switch
    {
        YamlKind.Alias => Describe(node.Target!),
        YamlKind.Mapping => $"{{{string.Join(", ", node.Children.Chunk(2).Select(
            pair => $"{Describe(pair[0])}: {Describe(pair[1])}"))}}}",
        YamlKind.Sequence => $"[{string.Join(", ", node.Children.Select(Describe))}]",
        _ => $"<{node.Value}>",
    };
}
