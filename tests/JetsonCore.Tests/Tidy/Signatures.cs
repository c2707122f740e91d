// The types that a public type shows: its bases, and what stands in its public members.
using Microsoft.CodeAnalysis;

namespace JetsonCore.Tests.Tidy;

internal static class Signatures
{
    /// <summary>The project of a type, by its namespace.</summary>
    public static string ContainingNamespaceProject(this INamedTypeSymbol type)
    {
        string name = $"{type.ContainingNamespace.ToDisplayString()}.";
        string[] above = ["JetsonCore.Formats", "JetsonCore.Cli"];
        return above.FirstOrDefault(project => name.StartsWith($"{project}.", StringComparison.Ordinal)) ?? "JetsonCore";
    }

    /// <summary>Types declared here that stand in what others see of a type.</summary>
    public static IEnumerable<INamedTypeSymbol> Of(INamedTypeSymbol type)
    {
        IEnumerable<ITypeSymbol> shown = type.GetMembers().Where(IsVisible).SelectMany(TypesOf)
            .Concat(type.Interfaces);
        if (type.BaseType is { } ancestor)
            shown = shown.Append(ancestor);
        return shown.SelectMany(Parts).Where(part => part.DeclaringSyntaxReferences.Length > 0);
    }

    private static bool IsVisible(ISymbol member) => member.DeclaredAccessibility
        is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static IEnumerable<ITypeSymbol> TypesOf(ISymbol member) => member switch
    {
        IMethodSymbol method => method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType),
        IPropertySymbol property => property.Parameters.Select(parameter => parameter.Type).Append(property.Type),
        IFieldSymbol field => [field.Type],
        IEventSymbol raised => [raised.Type],
        INamedTypeSymbol inner => Of(inner).Append(inner),
        _ => [],
    };

    private static IEnumerable<INamedTypeSymbol> Parts(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Parts).Append(named.OriginalDefinition),
        _ => [],
    };
}
