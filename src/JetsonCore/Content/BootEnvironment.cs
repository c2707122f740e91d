// The file uboot.env of system-boot: the gadget's environment with the variables that snapd sets for the first boot.
// Written as snapd writes it: entries sorted, flag byte 0, variables set to nothing left out; those that the gadget
// itself leaves empty stay.
// Peers: snapd bootloader/uboot.go, bootloader/ubootenv/env.go. The gadget says that it is for U-Boot by uboot.conf.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Content;

/// <summary>A U-Boot environment for the first boot.</summary>
internal sealed class BootEnvironment
{
    /// <summary>Its name in system-boot.</summary>
    public const string FileName = "uboot.env";

    /// <summary>Its name in a gadget; usually a link to <see cref="FileName"/>.</summary>
    public const string GadgetFileName = "uboot.conf";

    private BootEnvironment(byte[] block, SortedDictionary<string, string> variables) =>
        (Block, Variables) = (block, variables);

    /// <summary>The bytes of the file.</summary>
    public byte[] Block { get; }

    /// <summary>What it says.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>Reads a gadget's environment and sets variables in it.</summary>
    /// <param name="gadgetPath">The gadget's file, for messages.</param>
    /// <param name="gadget">Its tree.</param>
    /// <param name="set">What to set; an empty value takes the variable away.</param>
    /// <param name="diagnostics">Takes what is wrong; then there is no result.</param>
    internal static BootEnvironment? Make(
        string gadgetPath, DirectoryNode gadget, IReadOnlyDictionary<string, string> set, DiagnosticBag diagnostics)
    {
        var files = new GadgetFiles(gadgetPath, gadget, diagnostics);
        if (files.FindFile(GadgetFileName) is not { } file)
        {
            diagnostics.AddAbout(gadgetPath, ContentRules.Environment,
                $"cannot set the boot variables: the gadget has no {GadgetFileName}",
                hint: $"make {FileName} with `jetson-core env make` and a link {GadgetFileName} to it");
            return null;
        }
        try
        {
            byte[] block = file.Content.ReadAll(UBootEnvironment.LengthMax);
            SortedDictionary<string, string> variables = UBootEnvironment.Decode(block);
            foreach ((string name, string value) in set)
            {
                variables.Remove(name);
                if (value.Length > 0)
                    variables[name] = value;
            }
            return Encode(gadgetPath, block.Length, variables, diagnostics);
        }
        catch (MalformedDataException exception)
        {
            diagnostics.AddAbout(gadgetPath, ContentRules.Environment,
                $"cannot read {GadgetFileName}: at {exception.Offset}: {exception.Message}",
                hint: $"make it with `jetson-core env make`; snapd needs the layout of `mkenvimage -r`");
            return null;
        }
    }

    private static BootEnvironment? Encode(
        string gadgetPath, int length, SortedDictionary<string, string> variables, DiagnosticBag diagnostics)
    {
        long needed = UBootEnvironment.EncodedLength(variables);
        if (needed > length)
        {
            diagnostics.AddAbout(gadgetPath, ContentRules.EnvironmentRoom,
                $"cannot set the boot variables: the environment has {length} bytes, {needed} are needed",
                hint: "make a larger one, with the same CONFIG_ENV_SIZE in U-Boot");
            return null;
        }
        var block = new byte[length];
        UBootEnvironment.Encode(variables, block);
        return new(block, variables);
    }
}
