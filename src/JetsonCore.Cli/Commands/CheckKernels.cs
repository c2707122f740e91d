// `jetson-core check` of kernels: snaps, packages and folders are recognised by what is in them.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Kernel;

namespace JetsonCore.Cli.Commands;

internal static class CheckKernels
{
    /// <summary>The option that names a board.</summary>
    public static Option<string?> Board()
    {
        string[] names = [.. KernelBoard.All.Select(board => board.Name)];
        var option = new Option<string?>("--board")
        {
            Description = $"of kernels: the board that they have to be for ({string.Join(", ", names)}); without it "
                + "one that they have a device tree for",
            HelpName = "NAME",
        };
        option.AcceptOnlyFromAmong(names);
        return option;
    }

    /// <summary>Checks a path that is a kernel's; null for any other.</summary>
    public static GadgetReport? Check(string path, string? boardName, GadgetCheckOptions options)
    {
        KernelBoard? board = KernelBoard.All.FirstOrDefault(board => board.Name == boardName);
        var diagnostics = new DiagnosticBag(path);
        using ArtefactNode? inside = ArtefactNode.OpenInside(path);
        if (inside is null && !KernelChecker.Recognises(path))
            return null;
        using var spool = new SpoolFolder();
        if (inside is null)
            KernelChecker.Check(path, board, spool.Keep, diagnostics);
        else if (!KernelChecker.CheckInside(path, inside, board, spool.Keep, diagnostics))
            return null;
        GadgetDefinition none = GadgetDefaults.Apply(new(), options.Mode, options.Release);
        return new(path, none, diagnostics) { Subject = "kernel" };
    }
}
