// Who uses what in the shipped code, asked of the compiler: a name written in full, a type that is only inferred and an
// extension method count like any other, which no look at "using" lines would show.
using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace JetsonCore.Tests.Tidy;

/// <summary>A folder that uses another.</summary>
/// <param name="From">The folder, below src.</param>
/// <param name="To">The folder that it uses.</param>
/// <param name="Place">The first place where it does, with what it uses there.</param>
internal sealed record FolderUse(string From, string To, string Place);

internal static class SymbolUses
{
    private const string AssemblyName = "shipped";

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly Lazy<Index> Found = new(() => Read(SourceFiles.Shipped, References()));

    /// <summary>Which folder uses which, one use for each pair.</summary>
    public static IReadOnlyList<FolderUse> Folders => Found.Value.Folders;

    /// <summary>What is declared, with the file that declares it.</summary>
    public static IReadOnlyList<(ISymbol Symbol, SourceFile File, SyntaxNode Node)> Declared => Found.Value.Declared;

    /// <summary>The projects that use a symbol, outside of itself.</summary>
    public static IReadOnlyCollection<string> UsersOf(ISymbol symbol) =>
        Found.Value.Users.TryGetValue(symbol, out ConcurrentDictionary<string, bool>? users) ? [.. users.Keys] : [];

    /// <summary>The uses in some files, for a test of this test.</summary>
    public static IReadOnlyList<FolderUse> FoldersIn(params SourceFile[] files) => Read(files, References()).Folders;

    private static Index Read(IEnumerable<SourceFile> files, IEnumerable<MetadataReference> references)
    {
        Dictionary<SyntaxTree, SourceFile> byTree = files.ToDictionary(file => file.Root.SyntaxTree);
        CSharpCompilation compilation = CSharpCompilation.Create(AssemblyName,
            [.. byTree.Keys, CSharpSyntaxTree.ParseText(ImplicitUsings)], references,
            new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        var index = new Index(byTree);
        Parallel.ForEach(byTree, entry => index.Add(entry.Value, compilation.GetSemanticModel(entry.Key)));
        return index;
    }

    /// <summary>What the tests run with: the class library and the packages of the shipped projects.</summary>
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
            .Where(path => File.Exists(path)
                && !Path.GetFileName(path).StartsWith("JetsonCore", StringComparison.Ordinal))
            .DistinctBy(Path.GetFileName)
            .Select(path => MetadataReference.CreateFromFile(path));

    private sealed class Index(Dictionary<SyntaxTree, SourceFile> files)
    {
        private readonly ConcurrentDictionary<(string From, string To), FolderUse> _folders = [];
        private readonly ConcurrentBag<(ISymbol Symbol, SourceFile File, SyntaxNode Node)> _declared = [];

        public ConcurrentDictionary<ISymbol, ConcurrentDictionary<string, bool>> Users { get; } =
            new(SymbolEqualityComparer.Default);

        public IReadOnlyList<FolderUse> Folders =>
            [.. _folders.Values.OrderBy(use => $"{use.From} {use.To}", StringComparer.Ordinal)];

        public IReadOnlyList<(ISymbol Symbol, SourceFile File, SyntaxNode Node)> Declared =>
            [.. _declared.OrderBy(one => one.File.Place(one.Node), StringComparer.Ordinal)];

        public void Add(SourceFile file, SemanticModel model)
        {
            foreach (SyntaxNode node in file.Root.DescendantNodes(node => node is not UsingDirectiveSyntax))
            {
                foreach (ISymbol declared in DeclaredBy(node, model))
                    _declared.Add((declared, file, node));
                foreach (ISymbol used in UsedBy(node, model))
                    AddUse(file, node, used.OriginalDefinition);
            }
        }

        private static IEnumerable<ISymbol> DeclaredBy(SyntaxNode node, SemanticModel model) => node switch
        {
            BaseNamespaceDeclarationSyntax => [],
            BaseFieldDeclarationSyntax fields => fields.Declaration.Variables
                .Select(variable => model.GetDeclaredSymbol(variable)).OfType<ISymbol>(),
            MemberDeclarationSyntax member => model.GetDeclaredSymbol(member) is { } symbol ? [symbol] : [],
            _ => [],
        };

        private static IEnumerable<ISymbol> UsedBy(SyntaxNode node, SemanticModel model)
        {
            if (node is CommonForEachStatementSyntax loop)
            {
                ForEachStatementInfo steps = model.GetForEachStatementInfo(loop);
                return ((ISymbol?[])[steps.GetEnumeratorMethod, steps.MoveNextMethod, steps.CurrentProperty])
                    .OfType<ISymbol>();
            }
            if (node is not (SimpleNameSyntax or BaseObjectCreationExpressionSyntax or ConstructorInitializerSyntax
                or PrimaryConstructorBaseTypeSyntax or BinaryExpressionSyntax or CastExpressionSyntax
                or ElementAccessExpressionSyntax))
            {
                return [];
            }
            SymbolInfo info = model.GetSymbolInfo(node);
            IEnumerable<ISymbol> symbols = info.Symbol is { } one ? [one] : info.CandidateSymbols;
            return symbols.Select(symbol => symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol);
        }

        private void AddUse(SourceFile file, SyntaxNode node, ISymbol symbol)
        {
            if (symbol.ContainingAssembly?.Name != AssemblyName || symbol is INamespaceSymbol or ILocalSymbol
                or IParameterSymbol or ITypeParameterSymbol or IRangeVariableSymbol or ILabelSymbol)
            {
                return;
            }
            for (ISymbol? at = symbol; at is not null; at = at.ContainingType)
            {
                if (!IsWithin(node, at))
                    Users.GetOrAdd(at, _ => []).TryAdd(file.Project, true);
            }
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
            if (type?.DeclaringSyntaxReferences is not [var declaration, ..]
                || !files.TryGetValue(declaration.SyntaxTree, out SourceFile? other) || other.Folder == file.Folder)
            {
                return;
            }
            _folders.TryAdd((file.Folder, other.Folder), new(file.Folder, other.Folder,
                $"{file.Place(node)}: {symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat)}"));
        }

        private static bool IsWithin(SyntaxNode node, ISymbol symbol) => symbol.DeclaringSyntaxReferences.Any(
            declaration => declaration.SyntaxTree == node.SyntaxTree && declaration.Span.Contains(node.Span));
    }
}
