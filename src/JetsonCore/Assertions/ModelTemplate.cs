// Models to fill in, as YAML: what must be said stands there without a value, so that `sign` refuses it by its line
// until it has one; what may be said stands behind a "#".
namespace JetsonCore.Assertions;

/// <summary>The commented models of `jetson-core model init`.</summary>
public static class ModelTemplate
{
    private const string Start = """
        # What a device is: a model of Ubuntu Core RELEASE. Once signed it stands in the seed of every image.
        # Fill in what is empty, take away the "#" before what you need, then:
        #
        #   jetson-core sign --update-timestamp -k KEY FILE -o NAME.model

        type: model
        series: 16              # of all releases of Ubuntu Core

        # The id of the account that answers for the device, as the store gives it: 32 letters and digits, or a short
        # name. The account signs its models itself, so both are the same.
        authority-id:
        brand-id:

        # The name of the model: lower-case letters, digits and dashes. It stays, whatever else changes.
        model:

        # What people see instead of that name.
        # display-name: My Device

        architecture: arm64
        """;

    private const string Core18 = """

        # The snap that the device boots as its root file system; the gadget must name the same one.
        base: core18
        """;

    private const string Core16 = """

        # No "base": the device boots the snap "core". Neither does the gadget name one.
        """;

    private const string End = """

        # Name the snaps alone, or pin a track that no channel leaves: jetson-tx1-kernel=18
        gadget: jetson-tx1
        kernel: jetson-tx1-kernel

        # Snaps that the device always has. Nobody can remove them.
        # required-snaps:
        #   - hello

        # The brand's own store; without it the public one.
        # store: my-store

        # Who else may state serial numbers of devices, and make users on them ("*" for anybody); without these only
        # the brand.
        # serial-authority:
        #   - generic
        # system-user-authority: "*"

        # When this was stated, in the form of RFC 3339. --update-timestamp sets it.
        # timestamp: 2019-11-13T15:40:00Z

        # Counts up with each change, so that devices know which one is newer.
        # revision: 1

        """;

    /// <summary>The systems that there is a template for.</summary>
    public static IReadOnlyList<string> Systems { get; } = ["uc16", "uc18"];

    /// <summary>The template for a system.</summary>
    public static string For(string system) => system switch
    {
        "uc16" => Start.Replace("RELEASE", "16", StringComparison.Ordinal) + "\n" + Core16 + "\n" + End,
        "uc18" => Start.Replace("RELEASE", "18", StringComparison.Ordinal) + "\n" + Core18 + "\n" + End,
        _ => throw new ArgumentOutOfRangeException(nameof(system), system, "there is no template for it"),
    };
}
