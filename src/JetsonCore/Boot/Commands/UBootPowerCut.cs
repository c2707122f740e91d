// How far saving an environment comes before the power goes. U-Boot deletes the old file, makes the new one and then
// gives it its content: what a cut leaves was measured behind each write in QEMU.
namespace JetsonCore.Boot.Commands;

/// <summary>Where the power goes at the first save.</summary>
internal enum UBootPowerCut
{
    /// <summary>Nothing has been written: the old file is there.</summary>
    BeforeAll,

    /// <summary>The old file is deleted, and no new one there.</summary>
    FileLost,

    /// <summary>The new file is there, its content is not.</summary>
    FileTorn,

    /// <summary>All is written.</summary>
    AfterAll,
}
