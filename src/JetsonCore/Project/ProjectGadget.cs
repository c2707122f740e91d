// The tree of a project's gadget snap. The source folder is a snap's tree with meta/, or as people keep it under
// version control, of which nothing else goes into the snap than what the project names:
//
//   gadget.yaml, snap.yaml     meta/gadget.yaml, meta/snap.yaml
//   gadget.u-boot              u-boot.bin
//   gadget.environment         uboot.env, compiled, with gadget.variables over it, and the link uboot.conf that snapd
//                              looks for
//   gadget.files               under the names that they have there
//
// All belongs to root, has the modes 0755 and 0644 and one time, so that the bytes depend on contents alone.
using JetsonCore.Boot;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;
using JetsonCore.Snaps;

namespace JetsonCore.Project;

/// <summary>Makes gadgets.</summary>
/// <param name="project">The project.</param>
/// <param name="time">The time of everything in it.</param>
internal sealed class ProjectGadget(BuildProject project, FileTime time)
{
    private const int TextLengthMax = 16 << 20, LeastBytes = 64;
    private const string UBootName = "u-boot.bin", EnvironmentName = "uboot.env", LinkName = "uboot.conf";
    private const string UBootField = "gadget.u-boot";
    private const string EnvironmentField = "gadget.environment", FilesField = "gadget.files";
    private const string VariablesField = "gadget.variables";
    private const string Meta = "meta";

    private static readonly string[] MetaFiles = ["gadget.yaml", "snap.yaml"];

    /// <summary>The source folder as the program opens it.</summary>
    public string Source { get; } = project.PathOf(ProjectInputs.GadgetSource)!;

    /// <summary>
    /// The snap's tree; null where the folder is not there. What is missing or wrong is found, and has something in
    /// its place, so that all else can be judged.
    /// </summary>
    public DirectoryNode? Make(DiagnosticBag diagnostics)
    {
        if (!HostFile.IsFolder(Source))
            return null;
        DiagnosticBag findings = diagnostics.Part();
        var options = new FolderTreeOptions { NormalizePermissions = true, ModificationTime = time };
        DirectoryNode tree = FolderTree.Read(Source, options);
        if (tree.Find(SnapFile.YamlPath) is null)
            tree = OfSources(tree, findings);
        if (project.PathOf(UBootField) is { } uboot)
            Put(tree, UBootName, FileOf(uboot), findings);
        else if (project.Find(UBootField) is not null)
            Put(tree, UBootName, FileOf(FileContent.Of(new byte[1])), findings);
        if (project.PathOf(EnvironmentField) is { } text)
            AddEnvironment(tree, text, findings);
        foreach (ProjectItem item in project.Items(FilesField))
        {
            string path = project.LayerOf(FilesField).Resolve(item.Text);
            FileNode node = HostFile.IsFolder(path) ? FolderTree.Read(path, options) : FileOf(path);
            AddNamed(tree, item, node, findings);
        }
        return tree;
    }

    private DirectoryNode OfSources(DirectoryNode source, DiagnosticBag findings)
    {
        var tree = new DirectoryNode(FileMetadata.Directory with { ModificationTime = time });
        foreach (string name in MetaFiles)
        {
            if (source.Find(name) is RegularFileNode file)
            {
                Put(tree, $"{Meta}/{name}", file, findings);
                project.Places[Path.Join(Source, Meta, name)] = Path.Join(Source, name);
            }
            else
            {
                findings.AddAbout(Source, ProjectRules.Input, $"cannot make a gadget snap: there is no {name} here",
                    $"write it, or name a snap's tree with {SnapFile.YamlPath} as {ProjectInputs.GadgetSource}");
            }
        }
        return tree;
    }

    private void AddEnvironment(DirectoryNode tree, string path, DiagnosticBag findings)
    {
        byte[] text = HostFile.ReadAll(path, TextLengthMax);
        int size = (int)Math.Min(project.Size("gadget.environment-size") ?? 0, TextLengthMax);
        byte[]? block = EnvironmentCompiler.Compile(path, text, size, findings);
        if (block is null || !SetVariables(block, findings))
        {
            block = new byte[Math.Max(size, LeastBytes)];
            UBootEnvironment.Encode(new Dictionary<string, string>(), block);
        }
        Put(tree, EnvironmentName, FileOf(FileContent.Of(block)), findings);
        Put(tree, LinkName, new SymbolicLinkNode(FileMetadata.Link with { ModificationTime = time }, EnvironmentName),
            findings);
        project.Places[Path.Join(Source, EnvironmentName)] = path;
    }

    /// <summary>Puts the project's own variables into an environment; false where they have no room.</summary>
    private bool SetVariables(byte[] block, DiagnosticBag findings)
    {
        IReadOnlyList<ProjectItem> items = project.Items(VariablesField);
        if (items is [])
            return true;
        SortedDictionary<string, string> variables = UBootEnvironment.Decode(block);
        foreach (ProjectItem item in items)
        {
            if (item.Key.Length == 0 || item.Key.AsSpan().ContainsAny('=', '\0'))
                Refuse(VariablesField, item, $"cannot set the variable \"{item.Key}\": it is no name", null, findings);
            variables[item.Key] = item.Text;
        }
        if (UBootEnvironment.EncodedLength(variables) is var length && length > block.Length)
        {
            Refuse(VariablesField, items[0],
                $"cannot set these variables: they need {length} bytes, there is room for {block.Length}",
                "shorten them, or make the environment larger", findings);
        }
        if (!findings.HasErrors)
            UBootEnvironment.Encode(variables, block);
        return !findings.HasErrors;
    }

    private void AddNamed(DirectoryNode tree, ProjectItem item, FileNode node, DiagnosticBag findings)
    {
        string[] steps = item.Key.TrimEnd('/').Split('/');
        if (steps.Any(step => step is "" or "." or ".."))
        {
            Refuse(FilesField, item, $"cannot put anything at \"{item.Key}\" of the snap",
                "write a path below the snap's top", findings);
        }
        else if (Blocking(tree, steps) is { } taken)
        {
            Refuse(FilesField, item, $"cannot put \"{item.Text}\" at \"{item.Key}\": {taken} is there already", null,
                findings);
        }
        else
            Put(tree, string.Join('/', steps), node, findings);
    }

    /// <summary>What is in the way: the thing itself, or a file where a folder is wanted.</summary>
    private static string? Blocking(DirectoryNode tree, string[] steps)
    {
        for (int count = 1; count <= steps.Length; count++)
        {
            string path = string.Join('/', steps[..count]);
            if (tree.Find(path) is { } node && (count == steps.Length || node is not DirectoryNode))
                return $"\"{path}\"";
        }
        return null;
    }

    private void Refuse(string field, ProjectItem item, string message, string? hint, DiagnosticBag findings) =>
        project.Report(field, item, findings, new()
        {
            Rule = ProjectRules.GadgetFile,
            Severity = Severity.Error,
            Message = message,
            Hint = hint,
        });

    /// <summary>Puts a file at a path, whose folders are as everything else.</summary>
    private void Put(DirectoryNode tree, string path, FileNode node, DiagnosticBag findings)
    {
        if (tree.Find(path) is not null)
        {
            findings.AddAbout(Source, ProjectRules.GadgetFile,
                $"cannot put what the project names at \"{path}\": the source folder has it already",
                "remove it there, or leave the field out");
            return;
        }
        string[] steps = path.Split('/');
        DirectoryNode folder = tree;
        foreach (string step in steps[..^1])
        {
            if (folder.Find(step) is not DirectoryNode inner)
            {
                inner = new(FileMetadata.Directory with { ModificationTime = time });
                folder.Set(step, inner);
            }
            folder = inner;
        }
        folder.Set(steps[^1], node);
    }

    private RegularFileNode FileOf(string path) => FileOf(FolderTree.FileContent(path));

    private RegularFileNode FileOf(FileContent content) =>
        new(FileMetadata.File with { ModificationTime = time }, content);

}
