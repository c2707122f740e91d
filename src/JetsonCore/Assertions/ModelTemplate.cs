// Models to fill in, as YAML: what must be said stands there without a value, so that `sign` refuses it by its line
// until it has one; what may be said stands behind a "#".
namespace JetsonCore.Assertions;

/// <summary>The commented models of `jetson-core model init`.</summary>
public static class ModelTemplate
{
    private const string Start = """
        # What a device is: a model of SYSTEM. Once signed it stands in the seed of every image.
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
        """;

    private const string Graded = """

        # The snap that the device boots as its root file system; the gadget must name the same one.
        base: BASE

        # What devices may take: "dangerous" also snaps that no store knows (good while a board is brought up), "signed"
        # and "secured" only asserted snaps of this list, and "secured" encrypts the device's data in any case.
        grade: dangerous

        # Whether data is encrypted: encrypted, prefer-encrypted (the default) or prefer-unencrypted.
        # storage-safety: prefer-encrypted

        # All snaps of the device. "id" is the snap's in its store: only with grade "dangerous" may it be missing. The
        # entries of snapd and of a base that is known by its name may be missing.
        snaps:
          - name: my-gadget
            type: gadget
            default-channel: TRACK/stable
            # id: UqFziVZDHLSyO3TqSWgNBoAdHbLI4dAH
          - name: my-kernel
            type: kernel
            default-channel: TRACK/stable
            # id: pYVQrBcKmBa0mZ4CCN7ExT6jH8rY1hza
          - name: BASE
            type: base
            default-channel: latest/stable
            # id: BASEID
          - name: snapd
            type: snapd
            default-channel: latest/stable
            # id: PMrrV4ml8uWuEUDBT8dSGnKUYbevVhc4

          # Apps: "presence" is required or optional; "modes" are those in which it is there (run is the default;
          # recover, install, factory-reset, or ephemeral for all three).
          # - name: hello
          #   type: app
          #   default-channel: latest/stable
          #   presence: required
          #   modes:
          #     - run
          #     - ephemeral
        """;

    private const string Classic = """

        # A system of packages that boots with snaps of kernel and gadget, as Ubuntu Core does.
        classic: "true"

        # The ID of its os-release.
        distribution: ubuntu
        """;

    private const string Store = """

        # The brand's own store; without it the public one.
        # store: my-store
        """;

    private const string Rest = """

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
    public static IReadOnlyList<string> Systems { get; } =
        ["uc16", "uc18", "uc20", "uc22", "uc24", "core26", "classic"];

    /// <summary>The one that is meant where nobody says.</summary>
    public static string Default => "uc18";

    /// <summary>The template for a system.</summary>
    public static string For(string system) => system switch
    {
        "uc16" => Of("Ubuntu Core 16", Core16, End),
        "uc18" => Of("Ubuntu Core 18", Core18, End),
        "uc20" => OfGraded("Ubuntu Core 20", "core20"),
        "uc22" => OfGraded("Ubuntu Core 22", "core22"),
        "uc24" => OfGraded("Ubuntu Core 24", "core24"),
        "core26" => OfGraded("Ubuntu Core 26", "core26"),
        "classic" => OfGraded("a classic system with modes", "core22", Classic),
        _ => throw new ArgumentOutOfRangeException(nameof(system), system, "there is no template for it"),
    };

    private static string OfGraded(string system, string baseName, params string[] more)
    {
        string text = Graded.Replace("BASEID", WellKnownSnaps.IdOf(baseName) ?? "as its store says",
                StringComparison.Ordinal)
            .Replace("BASE", baseName, StringComparison.Ordinal)
            .Replace("TRACK", baseName["core".Length..], StringComparison.Ordinal);
        return Of(system, [.. more, text]);
    }

    private static string Of(string system, params string[] parts) => string.Join('\n',
        [Start.Replace("SYSTEM", system, StringComparison.Ordinal), .. parts, Store, Rest]);
}
