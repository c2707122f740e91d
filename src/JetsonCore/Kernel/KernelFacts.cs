// What is judged of a kernel, wherever it came from.
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Kmod;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Kernel;

/// <summary>What a kernel is judged as.</summary>
internal enum KernelPurpose
{
    /// <summary>A package or a build: depmod's files and the initrd are still to come.</summary>
    Source,

    /// <summary>A finished snap, which nobody can mend on the device.</summary>
    Snap,

    /// <summary>A snap that is just being made.</summary>
    Pack,
}

/// <summary>A kernel with all that was read of it.</summary>
internal sealed record KernelFacts
{
    /// <summary>What it is judged as.</summary>
    public required KernelPurpose Purpose { get; init; }

    /// <summary>As the user named it.</summary>
    public required string Path { get; init; }

    /// <summary>Its parts; of a snap that is being made those that go into it.</summary>
    public required KernelParts Parts { get; init; }

    /// <summary>The kernel, unpacked; null where it is none.</summary>
    public FileContent? Image { get; init; }

    /// <summary>Its modules; null where they cannot be put in order.</summary>
    public ModuleSet? Modules { get; init; }

    /// <summary>What its initrd becomes in memory; null where it has none, or a damaged one.</summary>
    public InitrdView? Initrd { get; init; }

    /// <summary>The board that it is for, where that is known.</summary>
    public KernelBoard? Board { get; init; }

    /// <summary>The initrd, for messages.</summary>
    public string InitrdPath => At("initrd.img");

    /// <summary>A file of it, for messages.</summary>
    public string At(string name) => Purpose == KernelPurpose.Pack ? name : System.IO.Path.Join(Path, name);

    /// <summary>A module, for messages.</summary>
    public string AtModule(string path) =>
        Purpose == KernelPurpose.Pack ? path : At($"{Parts.ModulesPath}/{path}");
}
