// Whether everything that a project names is there. What is missing is a finding at the place that names it, and is
// left out, so that all else can be judged in the same run.
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;

namespace JetsonCore.Project;

/// <summary>Looks for inputs.</summary>
internal static class ProjectInputs
{
    /// <summary>The fields that a gadget snap is made of, which do not count where one is given.</summary>
    public const string GadgetSource = "gadget.source", GadgetSnap = "gadget.snap";

    /// <summary>The same for the kernel.</summary>
    public const string KernelSource = "kernel.source", KernelSnap = "kernel.snap";

    /// <summary>Leaves out what is missing; false where something is.</summary>
    public static bool Check(BuildProject project, Func<ProjectField, bool> isWanted, DiagnosticBag diagnostics)
    {
        DiagnosticBag findings = diagnostics.Part();
        foreach (ProjectField field in ProjectFieldList.All.Where(isWanted))
        {
            ProjectItem[] missing = [.. ItemsOf(project, field).Where(item => !IsThere(project, field, item))];
            foreach (ProjectItem item in missing)
                Report(project, field, item, findings);
            project.LeaveOut(field.Name, missing);
        }
        return !findings.HasErrors;
    }

    private static IEnumerable<ProjectItem> ItemsOf(BuildProject project, ProjectField field) =>
        field.IsList || field.IsMap ? project.Items(field.Name)
            : project.Item(field.Name) is { } item ? [item] : [];

    private static bool IsThere(BuildProject project, ProjectField field, ProjectItem item)
    {
        ProjectLayer layer = project.LayerOf(field.Name);
        string path = layer.Resolve(item.Text);
        return field.Kind switch
        {
            ProjectKind.InputFile => HostFile.Exists(path) || ArtefactFile.IsInside(path),
            ProjectKind.InputFolder => HostFile.IsFolder(path),
            ProjectKind.Inputs or ProjectKind.NamedInputs =>
                HostFile.Exists(path) || HostFile.IsFolder(path) || ArtefactFile.IsInside(path),
            ProjectKind.Snap or ProjectKind.Snaps => ProjectSnapName.PathOf(item.Text, layer) is not { } file
                || HostFile.Exists(file) || HostFile.IsFolder(file) || ArtefactFile.IsInside(file),
            _ => true,
        };
    }

    private static void Report(BuildProject project, ProjectField field, ProjectItem item, DiagnosticBag diagnostics)
    {
        ProjectLayer layer = project.LayerOf(field.Name);
        string path = layer.Resolve(item.Text);
        bool isFolder = field.Kind == ProjectKind.InputFolder;
        bool isOther = isFolder ? HostFile.Exists(path) : HostFile.IsFolder(path);
        string why = isOther ? isFolder ? "it is a file, not a folder" : "it is a folder, not a file"
            : $"there is no such {(isFolder ? "folder" : "file")}";
        bool isDefault = project.Find(field.Name) is null;
        project.Report(field.Name, item, diagnostics, new()
        {
            Rule = ProjectRules.Input,
            Severity = Severity.Error,
            Message = $"cannot find {field.Name} \"{item.Text}\": {why}",
            Hint = isDefault ? $"make it, or write {field.Name}"
                : path == item.Text ? null : $"paths are relative to {layer.Folder}",
        });
    }
}
