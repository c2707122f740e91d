// The house as a whole, asked of the compiler: which folder uses which, that nothing goes round in a circle, that nothing
// is public or there at all without somebody who needs it.
using System.Text.RegularExpressions;
using JetsonCore.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace JetsonCore.Tests.Tidy;

public class HouseTests
{
    [Fact]
    public void Folders_use_only_what_they_may() => Expect.None(
        from use in SymbolUses.Folders
        let refusal = FolderRules.Refusal(use)
        where refusal is not null
        select $"{use.Place}: {refusal}");

    [Fact]
    public void Folders_do_not_go_round_in_a_circle() => Assert.Null(FolderRules.Circle(SymbolUses.Folders));

    [Fact]
    public void Folder_rules_name_no_folder_that_is_not_there() => Expect.None(
        from folder in FolderRules.Named
        where !Directory.Exists(Repository.PathOf("src", folder))
        select $"FolderRules: there is no src/{folder}");

    [Fact]
    public void Each_folder_has_a_place_in_the_rules() => Expect.None(
        from folder in SourceFiles.Shipped.Select(file => file.Folder).Distinct()
        where !folder.StartsWith("JetsonCore.Formats", StringComparison.Ordinal) && !FolderRules.Named.Contains(folder)
        select $"src/{folder}: FolderRules does not name it");

    [Fact]
    public void The_map_leads_to_what_is_there() => Expect.None(
        from name in PathsIn(File.ReadAllText(Repository.PathOf("src", "README.md")))
        where !((string[])["src", "src/JetsonCore", "."]).Any(top => Path.Exists(Repository.PathOf(top, name)))
        select $"src/README.md: there is no {name}");

    [Fact]
    public void A_circle_is_found_however_the_names_are_written()
    {
        SourceFile[] files =
        [
            Sample("One", "internal static class First { public static int Value => Two.Second.Value; }"),
            Sample("Two", "internal static class Second { public static int Value => Three.Third.Make().Size; }"),
            Sample("Three", "internal sealed record Third(int Size) { public static Third Make() => new(Four.A.Bee(1)); }"),
            Sample("Four", "internal static class A { public static int Bee(this int it) => One.First.Value; }"),
            Sample("Five", "using JetsonCore.Four; internal static class Last { public static int Value => 1.Bee(); }"),
        ];
        IReadOnlyList<FolderUse> uses = SymbolUses.FoldersIn(files);
        string circle = Assert.IsType<string>(FolderRules.Circle(uses));
        Assert.Equal(4, circle.Split('\n').Length);
        Assert.Contains("JetsonCore/Four uses JetsonCore/One: ", circle, StringComparison.Ordinal);
        Assert.Contains(uses, use => use is { From: "JetsonCore/Five", To: "JetsonCore/Four" });
        Assert.Null(FolderRules.Circle([.. uses.Where(use => use.From != "JetsonCore/Four")]));
    }

    [Fact]
    public void What_is_public_is_needed_by_another_project()
    {
        INamedTypeSymbol[] types =
            [.. SymbolUses.Declared.Select(declared => declared.Symbol).OfType<INamedTypeSymbol>().Where(IsPublic)];
        HashSet<INamedTypeSymbol> needed = Needed(types);
        Expect.None(
            from declared in SymbolUses.Declared
            where declared.Symbol is INamedTypeSymbol type && IsPublic(type) && !needed.Contains(type)
            select $"{declared.File.Place(declared.Node)}: {declared.Symbol.Name} is public and used by its project only");
    }

    [Fact]
    public void What_is_there_is_used_by_more_than_tests() => Expect.None(
        from declared in SymbolUses.Declared
        where SymbolUses.UsersOf(declared.Symbol).Count == 0 && !IsUsedUnnamed(declared.Symbol)
        select $"{declared.File.Place(declared.Node)}: {declared.Symbol.Name} has no user in src");

    /// <summary>Paths in code marks, but for those with a word to be filled in: FORMAT, CODE.</summary>
    private static IEnumerable<string> PathsIn(string text) =>
        Regex.Matches(text, "`([\\w.]+/[\\w./]*)`").Select(match => match.Groups[1].Value)
            .Where(path => !Regex.IsMatch(path, "[A-Z]{4}"));

    private static SourceFile Sample(string folder, string text)
    {
        int usings = text.StartsWith("using", StringComparison.Ordinal) ? text.IndexOf(';', StringComparison.Ordinal) + 1 : 0;
        string code = $"{text[..usings]}\nnamespace JetsonCore.{folder};\n{text[usings..]}\n";
        return new($"src/JetsonCore/{folder}/Sample.cs", code.Split('\n'), CSharpSyntaxTree.ParseText(code).GetRoot());
    }

    private static bool IsPublic(INamedTypeSymbol type) =>
        type is { DeclaredAccessibility: Accessibility.Public, ContainingType: null };

    /// <summary>Types that another project uses, and those that stand in what these show.</summary>
    private static HashSet<INamedTypeSymbol> Needed(INamedTypeSymbol[] types)
    {
        var needed = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var open = new Stack<INamedTypeSymbol>(types.Where(type =>
            SymbolUses.UsersOf(type).Any(user => user != type.ContainingNamespaceProject())));
        while (open.TryPop(out INamedTypeSymbol? type))
        {
            if (!needed.Add(type))
                continue;
            foreach (INamedTypeSymbol shown in Signatures.Of(type))
                open.Push(shown);
        }
        return needed;
    }

    /// <summary>Members that nobody names and that are used all the same.</summary>
    private static bool IsUsedUnnamed(ISymbol symbol) => symbol switch
    {
        { IsOverride: true } or { Name: "Main" or "Program" } => true,
        IMethodSymbol { MethodKind: not MethodKind.Ordinary } => true,
        INamedTypeSymbol => false,
        { ContainingType: { } type } => type.TypeKind == TypeKind.Enum || IsLaidOutForOthers(type)
            || type.AllInterfaces.SelectMany(one => one.GetMembers())
                .Any(member => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), symbol)),
        _ => false,
    };

    /// <summary>Structures of foreign libraries, and what generated code calls.</summary>
    private static bool IsLaidOutForOthers(INamedTypeSymbol type) => type.GetAttributes().Any(attribute =>
        attribute.AttributeClass?.Name is "StructLayoutAttribute" or "CustomMarshallerAttribute" or "InlineArrayAttribute");
}
