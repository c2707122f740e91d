// Every rule of the program, whatever it is about. Rules are static fields beside the code that judges by them, so none
// can be forgotten here.
using System.Collections.Immutable;
using System.Reflection;
using JetsonCore.Diagnostics;
using JetsonCore.Layout;

namespace JetsonCore.Cli;

internal static class ProgramRules
{
    private static readonly Lazy<ImmutableArray<Rule>> Rules = new(() =>
    [
        .. new[] { typeof(Rule).Assembly, typeof(ProgramRules).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Rule))
            .Select(field => (Rule)field.GetValue(null)!)
            .OrderBy(rule => rule.Code, StringComparer.Ordinal),
    ]);

    /// <summary>All of them, in the order of their codes.</summary>
    public static ImmutableArray<Rule> All => Rules.Value;

    /// <summary>The rule of a code, or of a name as the field spells it ("X-OVERLAP"); null if there is none.</summary>
    public static Rule? Find(string code) => RuleCatalog.Find(code)
        ?? All.FirstOrDefault(rule => rule.Code.Equals(code, StringComparison.OrdinalIgnoreCase));
}
