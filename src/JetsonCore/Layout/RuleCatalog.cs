// Every rule about gadgets, their layout, their updates and their disks: what `explain` knows. Rules are fields of the
// rule lists, so none can be forgotten here.
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Layout;

/// <summary>All rules, by code.</summary>
public static class RuleCatalog
{
    private static readonly Lazy<ImmutableArray<Rule>> Rules = new(() =>
    [
        .. In(typeof(GadgetRuleList)).Concat(In(typeof(LayoutRuleList))).Concat(In(typeof(DiskRuleList)))
            .OrderBy(rule => rule.Code, StringComparer.Ordinal),
    ]);

    /// <summary>All of them, in the order of their codes.</summary>
    public static ImmutableArray<Rule> All => Rules.Value;

    /// <summary>The rule of a code, or of a name ("X-OVERLAP"); null if there is none.</summary>
    public static Rule? Find(string code) =>
        All.FirstOrDefault(rule => rule.Code.Equals(code, StringComparison.OrdinalIgnoreCase))
        ?? All.FirstOrDefault(rule => code.Equals(rule.SpecRule, StringComparison.OrdinalIgnoreCase));

    /// <summary>The rules among a type's static fields.</summary>
    public static IEnumerable<Rule> In(
        [DynamicallyAccessedMembers(
            DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields)] Type holder)
    {
        ArgumentNullException.ThrowIfNull(holder);
        return holder.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => field.FieldType == typeof(Rule)).Select(field => (Rule)field.GetValue(null)!);
    }
}
