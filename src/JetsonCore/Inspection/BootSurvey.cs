// What boots, in the order of the chain: U-Boot, its environment and the one built into it, kernels, device trees,
// initial RAM disks, boot images.
using System.Collections.Immutable;
using JetsonCore.Artefacts;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Boot.Settings;
using JetsonCore.Formats.AndroidBoot;
using JetsonCore.Formats.Arm64Image;
using JetsonCore.Formats.Compression;
using JetsonCore.Formats.Cpio;
using JetsonCore.Formats.Trees;
using JetsonCore.Formats.UBoot;

namespace JetsonCore.Inspection;

internal sealed class BootSurvey(ArtefactReading reading)
{
    private const long RawBytesMax = 256L << 20, KernelBytesMax = 256L << 20;
    private const int RowsMax = 256;
    private const string ModulesFolder = "modules";

    private static readonly string[] TellingNames =
        ["kernel", "image", "vmlinu", "zimage", "bzimage", "u-boot", "uboot", "boot", "grubenv"];

    private static readonly string[] TellingEnds = [".dtb", ".dtbo", ".scr", ".env", ".itb", ".efi"];

    // What decides which kernel and which system are started: of Ubuntu Core 16 and 18, of later ones, of boards.
    private static readonly string[] BootVariables =
    [
        "snap_mode", "snap_core", "snap_kernel", "snap_try_core", "snap_try_kernel",
        "kernel_status", "recovery_system_status", "snapd_recovery_mode", "snapd_recovery_system", "fdtfile",
    ];

    private readonly List<ImmutableArray<ArtefactFact>> _uboots = [], _environments = [], _variables = [],
        _kernels = [], _deviceTrees = [], _initrds = [], _images = [];
    private readonly HashSet<string> _releases = new(StringComparer.Ordinal);
    private long _rawBytes = RawBytesMax;

    /// <summary>What was found.</summary>
    public IEnumerable<ArtefactTable> Tables =>
        new[]
        {
            Table("uboot", _uboots), Table("environments", _environments), Table("bootVariables", _variables),
            Table("kernels", _kernels), Table("deviceTrees", _deviceTrees), Table("initrdSegments", _initrds),
            Table("bootImages", _images),
        }.Where(table => !table.Rows.IsEmpty);

    /// <summary>Whether a file's name says that it may be of this.</summary>
    public static bool HasTellingName(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return Array.Exists(TellingNames, start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(TellingEnds, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Takes note of the kernel that the modules of a tree are for.</summary>
    public void Modules(DirectoryNode root)
    {
        _releases.Clear();
        if ((root.Find(ModulesFolder) ?? root.Find($"lib/{ModulesFolder}")) is DirectoryNode modules)
            _releases.UnionWith(modules.Children.Keys);
    }

    /// <summary>A kernel snap of a seed: its modules tell the release, and nothing need be unpacked.</summary>
    public void KernelSnap(string place, DirectoryNode root)
    {
        Modules(root);
        if (_releases.Count == 1)
            AddKernel(place, _releases.First(), "snap");
    }

    /// <summary>A raw partition: whether it holds a U-Boot.</summary>
    public void Raw(string place, FileContent content) => UBoot(place, content);

    /// <summary>What lies before the partitions, where many boards look for U-Boot.</summary>
    public void BeforePartitions(string place, FileContent disk)
    {
        // The first partition may begin there: what a partition holds is found in it.
        long length = Math.Min(disk.Length, 1 << 20);
        UBoot(place.Length == 0 ? "@0" : $"{place}:@0", disk.Slice(0, length));
    }

    /// <summary>A file, by what it is.</summary>
    public void File(string place, FileContent file, ArtefactKind kind)
    {
        if (kind.Format is ArtefactFormat.Cpio)
            Initrd(place, file);
        else if (kind.Format is ArtefactFormat.Arm64Kernel)
            Kernel(place, file, kind.Compression);
        else if (kind.Compression == CompressionFormat.None)
            Plain(place, file, kind);
    }

    private void Plain(string place, FileContent file, ArtefactKind kind)
    {
        switch (kind.Format)
        {
            case ArtefactFormat.X86Kernel:
                AddKernel(place, Fact(BootFileInspection.X86Kernel(file), "release").Text,
                    ArtefactInspector.NameOf(kind));
                break;
            case ArtefactFormat.DeviceTree when BootFileInspection.DeviceTree(file) is { Format: not "fit" } tree:
                Add(_deviceTrees, new("place", place), Fact(tree, "model"), Fact(tree, "compatible"));
                break;
            case ArtefactFormat.DeviceTree:
                Add(_images, new("place", place), new("format", "fit"),
                    Fact(BootFileInspection.DeviceTree(file), "description"));
                break;
            case ArtefactFormat.UBootEnvironment:
                Environment(place, file);
                break;
            case ArtefactFormat.UBootImage:
                ArtefactReport image = BootFileInspection.UBootImage(file);
                Add(_images, new("place", place), new("format", image.Format),
                    new("description", Fact(image, "name").Text));
                break;
            case ArtefactFormat.AndroidBoot:
                AndroidBoot(place, file);
                break;
            case ArtefactFormat.Foreign when kind.ForeignName is "efi":
                Add(_images, new("place", place), new("format", kind.ForeignName), new("description", ""));
                break;
        }
    }

    private void AndroidBoot(string place, FileContent file)
    {
        using Stream stream = file.Open();
        AndroidBootHeader header = AndroidBootHeader.Read(stream);
        Add(_images, new("place", place), new("format", "android-boot"), new("description", header.CommandLine));
        FileContent kernel = file.Slice(header.KernelOffset, header.KernelLength);
        if (ArtefactRecogniser.Recognise(kernel) is { } kind)
            File($"{place}:kernel", kernel, kind);
        else
            UBoot($"{place}:kernel", kernel);
        FileContent ramdisk = file.Slice(header.RamdiskOffset, header.RamdiskLength);
        if (ramdisk.Length > 0 && ArtefactRecogniser.Recognise(ramdisk) is { Format: ArtefactFormat.Cpio })
            Initrd($"{place}:ramdisk", ramdisk);
    }

    // U-Boot for arm64 has the header of a kernel.
    private void Kernel(string place, FileContent packed, CompressionFormat compression)
    {
        FileContent kernel = compression == CompressionFormat.None ? packed
            : (reading with { Limits = reading.Limits with { ContentBytes = KernelBytesMax } })
                .Unpack(packed, compression);
        if (UBoot(place, kernel))
            return;
        string release = _releases.Count == 1 ? _releases.First() : KernelBanner.ReadRelease(kernel) ?? "";
        AddKernel(place, release, "arm64-image",
            compression == CompressionFormat.None ? "" : ArtefactInspector.NameOf(compression));
    }

    private void AddKernel(string place, string release, string format, string compression = "") => Add(
        _kernels, new("place", place), new("release", release), new("format", format),
        new("compression", compression));

    private bool UBoot(string place, FileContent content)
    {
        int length = (int)Math.Min(Math.Min(content.Length, UBootSettings.BytesMax), _rawBytes);
        if (length == 0 || !content.DataRanges().Any(range => range.Start < length))
            return false;
        _rawBytes -= length;
        byte[] bytes = content.Slice(0, length).ReadAll(length);
        if (UBootSettings.VersionIn(bytes) is not { } version)
            return false;
        SortedDictionary<string, string>? builtIn = BuiltInEnvironment.Find(bytes);
        Add(_uboots, new("place", place), new("version", version));
        if (builtIn is not null)
            Environment(place, "built in", builtIn);
        return true;
    }

    private void Environment(string place, FileContent file)
    {
        byte[] block = file.ReadAll(ArtefactRecogniser.EnvironmentLengthMax);
        UBootEnvironmentLayout layout =
            UBootEnvironment.RecogniseLayout(block) ?? UBootEnvironmentLayout.Redundant;
        Environment(place, layout.ToString().ToLowerInvariant(), UBootEnvironment.Decode(block, layout));
    }

    private void Environment(string place, string layout, SortedDictionary<string, string> variables)
    {
        Add(_environments, new("place", place), new("layout", layout), ArtefactFact.Of("variables", variables.Count));
        foreach (string name in BootVariables.Where(variables.ContainsKey))
            Add(_variables, new("place", place), new("name", name), new("value", variables[name]));
    }

    private void Initrd(string place, FileContent file)
    {
        IReadOnlyList<CpioSegment> segments =
            CpioSegmentReader.Read(file, reading.Spool, reading.Limits, reading.Cancellation);
        foreach ((int index, CpioSegment segment) in segments.Index())
        {
            Add(_initrds, new("place", place), ArtefactFact.Of("number", index + 1),
                ArtefactFact.Of("sizeBytes", segment.LengthBytes),
                new("compression", ArtefactInspector.NameOf(segment.Compression)),
                ArtefactFact.Of("files", segment.Root.Walk().Count()));
        }
    }

    private static ArtefactFact Fact(ArtefactReport report, string name) =>
        new(name, report.Facts.FirstOrDefault(fact => fact.Name == name).Text ?? "");

    private static void Add(List<ImmutableArray<ArtefactFact>> rows, params ReadOnlySpan<ArtefactFact> row)
    {
        if (rows.Count < RowsMax)
            rows.Add([.. row]);
    }

    private static ArtefactTable Table(string name, List<ImmutableArray<ArtefactFact>> rows) => new(name, [.. rows]);
}
