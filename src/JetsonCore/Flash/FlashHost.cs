// The machine that a check runs on, as flash.sh would find it.
using System.Runtime.InteropServices;
using JetsonCore.Files;

namespace JetsonCore.Flash;

/// <summary>A machine.</summary>
internal sealed record FlashHost
{
    /// <summary>Its processor.</summary>
    public required Architecture Processor { get; init; }

    /// <summary>Whether the user is root.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>The variable USER; null where it is not set.</summary>
    public required string? User { get; init; }

    /// <summary>The folders of PATH.</summary>
    public required IReadOnlyList<string> ProgramFolders { get; init; }

    /// <summary>The file that R32 wants by its whole path.</summary>
    public string XmlLint { get; init; } = "/usr/bin/xmllint";

    /// <summary>This machine.</summary>
    public static FlashHost This() => new()
    {
        Processor = RuntimeInformation.OSArchitecture,
        IsRoot = Posix.UserId == 0,
        User = Environment.GetEnvironmentVariable("USER"),
        ProgramFolders =
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
    };

    /// <summary>Where a program is, links followed; null where there is none.</summary>
    public string? Find(string program) =>
        HostFile.FirstOf(ProgramFolders.Select(folder => Path.Combine(folder, program))) is { } path
            ? new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : null;
}
