// Under which rules YAML's faults are told in the files of a gadget and of a kernel.
using JetsonCore.Gadget.Model;
using JetsonCore.Yaml;

namespace JetsonCore.Gadget.Reading;

internal static class GadgetYaml
{
    public static readonly YamlRules Gadget = Of("gadget.yaml");

    public static readonly YamlRules Kernel = Of("kernel.yaml");

    private static YamlRules Of(string fileName) => new(fileName)
    {
        Syntax = GadgetRuleList.Syntax,
        Limit = GadgetRuleList.Limit,
        Kind = GadgetRuleList.Kind,
        Tag = GadgetRuleList.Tag,
        Alias = GadgetRuleList.Alias,
        UnknownKey = GadgetRuleList.UnknownKey,
        DuplicateKey = GadgetRuleList.DuplicateKey,
    };
}
