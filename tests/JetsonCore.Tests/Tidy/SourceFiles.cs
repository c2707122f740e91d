// The C# files of the checkout, read and parsed once for all tidy tests.
using JetsonCore.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace JetsonCore.Tests.Tidy;

/// <summary>One C# file.</summary>
/// <param name="Path">Relative to the checkout, with "/".</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Root">Its parsed text.</param>
internal sealed record SourceFile(string Path, string[] Lines, SyntaxNode Root)
{
    public bool IsShipped => Path.StartsWith("src/", StringComparison.Ordinal);

    /// <summary>Its folder below src.</summary>
    public string Folder { get; } = System.IO.Path.GetDirectoryName(Path)![(Path.IndexOf('/') + 1)..];

    /// <summary>The folder's project.</summary>
    public string Project => Folder.Split('/')[0];

    /// <summary>The namespace its folder stands for.</summary>
    public string FolderNamespace => Folder.Replace('/', '.');

    /// <summary>"path:line" of a place in it.</summary>
    public string Place(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}

internal static class SourceFiles
{
    public static IReadOnlyList<SourceFile> All { get; } = Read();

    public static IEnumerable<SourceFile> Shipped => All.Where(file => file.IsShipped);

    private static List<SourceFile> Read() =>
    [
        .. new[] { "src", "tests" }
            .SelectMany(top => Directory.EnumerateFiles(Repository.PathOf(top), "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path =>
            {
                string text = File.ReadAllText(Repository.PathOf(path));
                return new SourceFile(path, text.Split('\n'), CSharpSyntaxTree.ParseText(text).GetRoot());
            }),
    ];
}
