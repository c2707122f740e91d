// What a person can have set up in an image besides what model and gadget say.
using JetsonCore.Assertions;

namespace JetsonCore.Seed;

/// <summary>Customizations of one image.</summary>
public sealed record SeedCustomization
{
    /// <summary>Whether the first boot asks for no network and user.</summary>
    public bool DisablesConsoleConf { get; init; }

    /// <summary>Whether the device boots in a factory: a hint for gadget and kernel.</summary>
    public bool IsFactoryImage { get; init; }

    /// <summary>The user data of cloud-init, or null.</summary>
    public byte[]? CloudInitUserData { get; init; }

    /// <summary>What the first boot imports: a system-user and who vouches for it.</summary>
    public IReadOnlyList<Assertion> AutoImport { get; init; } = [];

    /// <summary>The file of that, for messages.</summary>
    public string AutoImportPath { get; init; } = "";

    /// <summary>Whether the snaps shall be seeded already: refused, with the way to do it.</summary>
    public bool IsPreseeded { get; init; }
}
