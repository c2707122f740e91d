// The house style that a program can check: sizes, names, headers. Every test lists all offenders with their place, so
// that one run is enough to mend them. Which folder may use which, and what is used at all: HouseTests.
using JetsonCore.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace JetsonCore.Tests.Tidy;

public class TidyTests
{
    private const int FileLinesMax = 400, MethodLinesMax = 60, ColumnsMax = 120, ParametersMax = 5, NestingMax = 4;

    private static readonly string[] BannedNameParts = ["Utils", "Helper", "Manager", "Common"];
    /// <summary>Two start another program, one opens sockets.</summary>
    private static readonly string[] FilesWithDoors =
        ["Boot/Emulation/EmulatedBoard.cs", "Assertions/Keys/KeyProgram.cs", "Store/StoreConnection.cs"];

    private static readonly string[] BannedNames = ["Data", "Info", "Base"];
    private static readonly string[] FoldersWithoutFormat = ["bin", "obj", "Binary", "Trees"];

    [Fact]
    public void Files_stay_short() => Expect.None(
        from file in SourceFiles.Shipped
        where file.Lines.Length > FileLinesMax + 1
        select $"{file.Path}: {file.Lines.Length} lines, at most {FileLinesMax}");

    [Fact]
    public void Lines_fit_the_page() => Expect.None(
        from file in SourceFiles.Shipped
        from line in file.Lines.Select((text, index) => (text, number: index + 1))
        where line.text.Length > ColumnsMax
        select $"{file.Path}:{line.number}: {line.text.Length} columns, at most {ColumnsMax}");

    [Fact]
    public void Files_say_what_they_are() => Expect.None(
        from file in SourceFiles.All
        where !file.Lines[0].StartsWith("// ", StringComparison.Ordinal)
        select $"{file.Path}:1: starts without a comment that says what it is");

    [Fact]
    public void Usings_stand_in_order() => Expect.None(
        from file in SourceFiles.All
        let names = ((CompilationUnitSyntax)file.Root).Usings
            .Where(use => use.Alias is null && use.StaticKeyword.IsKind(SyntaxKind.None))
            .Select(use => use.Name!.ToString()).ToList()
        let sorted = names.OrderBy(name => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal))
            .ThenBy(name => name, StringComparer.OrdinalIgnoreCase)
        where !names.SequenceEqual(sorted)
        select $"{file.Path}: usings out of order: {string.Join(", ", names.Except(sorted.Zip(names)
            .Where(pair => pair.First == pair.Second).Select(pair => pair.First)))}");

    [Fact]
    public void Methods_fit_the_screen() => Expect.None(
        from file in SourceFiles.Shipped
        from member in file.Root.DescendantNodes()
            .Where(node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax)
        let span = member.GetLocation().GetLineSpan()
        let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where lines > MethodLinesMax
        select $"{file.Place(member)}: a method of {lines} lines, at most {MethodLinesMax}");

    [Fact]
    public void Methods_take_few_parameters() => Expect.None(
        from file in SourceFiles.Shipped
        from method in file.Root.DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
        where method.ParameterList.Parameters.Count > ParametersMax
            && !method.Modifiers.Any(SyntaxKind.PartialKeyword)     // foreign functions have the parameters they have
        select $"{file.Place(method)}: {method.ParameterList.Parameters.Count} parameters, at most {ParametersMax}");

    [Fact]
    public void Statements_are_not_nested_deeply() => Expect.None(
        from file in SourceFiles.Shipped
        from statement in file.Root.DescendantNodes().OfType<StatementSyntax>()
        where IsControl(statement) && Depth(statement) > NestingMax
        select $"{file.Place(statement)}: nested more than {NestingMax} deep");

    [Fact]
    public void A_file_is_named_like_its_public_type() => Expect.None(
        from file in SourceFiles.Shipped
        let types = file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Where(type => type.Parent is BaseNamespaceDeclarationSyntax && type.Modifiers.Any(SyntaxKind.PublicKeyword))
            .Select(type => type.Identifier.Text).ToList()
        let name = Path.GetFileNameWithoutExtension(file.Path).Split('.')[0]
        where types.Count > 0 && !types.Contains(name)
        select $"{file.Path}: has the public types {string.Join(", ", types)}, none of them is \"{name}\"");

    [Fact]
    public void Names_say_something() => Expect.None(
        from file in SourceFiles.Shipped
        from type in file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let name = type.Identifier.Text
        where BannedNameParts.Any(part => name.Contains(part, StringComparison.Ordinal)) || BannedNames.Contains(name)
        select $"{file.Place(type)}: \"{name}\" says nothing");

    [Fact]
    public void Namespaces_follow_folders() => Expect.None(
        from file in SourceFiles.Shipped
        from declared in file.Root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
        where declared.Name.ToString() != file.FolderNamespace
        select $"{file.Place(declared)}: namespace {declared.Name} in the folder of {file.FolderNamespace}");

    [Fact]
    public void Format_folders_draw_their_format() => Expect.None(
        from folder in Directory.EnumerateDirectories(Repository.PathOf("src", "JetsonCore.Formats"))
        where !FoldersWithoutFormat.Contains(Path.GetFileName(folder)) && !File.Exists(Path.Combine(folder, "README.md"))
        select $"src/JetsonCore.Formats/{Path.GetFileName(folder)}: has no README.md");

    [Fact]
    public void Two_files_alone_start_another_program_and_one_opens_sockets() => Expect.None(
        from file in SourceFiles.Shipped
        where Array.Exists(file.Lines, line => line.Contains("RS0030", StringComparison.Ordinal))
            && !Array.Exists(FilesWithDoors, name => file.Path.EndsWith(name, StringComparison.Ordinal))
        select $"{file.Path}: lifts the ban of BannedSymbols.txt");

    private static int Depth(StatementSyntax statement) =>
        1 + statement.Ancestors().TakeWhile(node => node is not MemberDeclarationSyntax)
            .Count(node => node is StatementSyntax outer && IsControl(outer) && outer.Parent is not ElseClauseSyntax);

    private static bool IsControl(StatementSyntax statement) =>
        statement is IfStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax
            or WhileStatementSyntax or DoStatementSyntax or SwitchStatementSyntax or TryStatementSyntax;
}
