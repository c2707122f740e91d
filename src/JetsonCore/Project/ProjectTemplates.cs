// What projects begin from, file by file as they are in the program: the repository's own gadget/ and kernel/ for the
// Jetson TX1, and Templates/ for others. "empty" gets its jetson-core.yaml from the table of fields.
using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Project;

/// <summary>Templates of projects.</summary>
internal static class ProjectTemplates
{
    private const string Prefix = "JetsonCore.Project.Templates/", Empty = "empty";

    /// <summary>Their names.</summary>
    public static ImmutableArray<string> Names { get; } = ["jetson-tx1", "raspberry-pi-like", Empty];

    /// <summary>The files of one.</summary>
    /// <param name="name">One of the names.</param>
    public static DirectoryNode Tree(string name)
    {
        Assembly program = typeof(ProjectTemplates).Assembly;
        string prefix = $"{Prefix}{name}/";
        var tree = new DirectoryNode();
        foreach (string resource in program.GetManifestResourceNames().Order(StringComparer.Ordinal)
            .Where(one => one.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using Stream content = program.GetManifestResourceStream(resource)!;
            var bytes = new byte[content.Length];
            content.ReadExactly(bytes);
            Set(tree, resource[prefix.Length..], bytes);
        }
        if (name == Empty)
        {
            string header = $"""
                # What the image is made of: "jetson-core build DIR" builds it, and with --print shows all that holds,
                # and who says so. Every field is here, with what it is without a value, or an example. Paths are
                # relative to this file. A value may hold variables: $ and in braces NAME, or NAME:-text.


                """;
            Set(tree, ProjectFieldList.FileName, Encoding.UTF8.GetBytes(header + ProjectPrinter.Commented()));
        }
        return tree;
    }

    /// <summary>Scripts can be run: a resource has no mode.</summary>
    private static void Set(DirectoryNode tree, string path, byte[] bytes)
    {
        FileMetadata metadata = bytes.AsSpan().StartsWith("#!"u8)
            ? FileMetadata.File with { Permissions = FileMetadata.Directory.Permissions } : FileMetadata.File;
        tree.SetPath(path, new RegularFileNode(metadata, FileContent.Of(bytes)));
    }
}
