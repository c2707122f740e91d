// Layouts against the offsets that real builds have: the TX1's table, and what cannot be built.
using System.Text;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;
using JetsonCore.Gadget.Model;
using JetsonCore.Gadget.Reading;
using JetsonCore.Layout;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Layout;

public class VolumePlannerTests
{
    private static readonly (string Name, long StartBytes)[] JetsonTx1 =
    [
        ("system-boot", 17408), ("TBC", 268452864), ("EBT", 270550016), ("BPF", 274744320), ("WB0", 276841472),
        ("RP1", 283132928), ("TOS", 287327232), ("EKS", 293618688), ("FX", 295715840), ("BMP", 297812992),
        ("SOS", 432030720), ("EXI", 453002240), ("LNX", 520111104), ("DTB", 587219968), ("NXT", 591414272),
        ("MXB", 593511424), ("MXP", 599802880), ("USP", 606094336), ("writable", 608191488),
    ];

    [Fact]
    public void Tx1_lies_where_ubuntu_image_puts_it()
    {
        VolumePlan plan = Assert.Single(PlanTx1(new LayoutOptions { ImplicitDataSizeBytes = 183517184 }));

        Assert.Equal(JetsonTx1, plan.Structures.Select(s => (s.Name!, s.StartBytes)));
        Assert.Equal(608191488 + 183517184 + (33 * 512), plan.SizeBytes);
        PlannedStructure writable = plan.WithRole("system-data")!;
        Assert.Equal(VolumePlanner.ImplicitDataType, writable.Type);
        Assert.Equal(("ext4", "writable", true, 18),
            (writable.Filesystem, writable.Label, writable.Implicit, writable.Index));
        Assert.Equal("u-boot.bin", Assert.Single(plan.Structures[12].Content).Image);
    }

    [Fact]
    public void Device_size_is_filled_by_the_data_partition()
    {
        VolumePlan plan = Assert.Single(PlanTx1(new LayoutOptions { DeviceSizeBytes = 15758000128 }));

        Assert.Equal(15758000128, plan.SizeBytes);
        Assert.Equal(15758000128 - (33 * 512) - 608191488, plan.Structures[^1].SizeBytes);
    }

    [Theory]
    [InlineData("17407", 512, "JC2001")]
    [InlineData("17408", 4096, "JC2001")]
    [InlineData("17409", 512, "JC2002")]
    [InlineData("24576", 4096, null)]
    public void Start_depends_on_the_sector_size(string offset, int sectorSize, string? code)
    {
        string yaml = Tx1().Replace("17408", offset, StringComparison.Ordinal);
        var diagnostics = new DiagnosticBag();

        IReadOnlyList<VolumePlan> plans = Plan(yaml, new LayoutOptions { SectorSize = sectorSize }, diagnostics);

        Assert.Equal(code, diagnostics.Items.Select(item => item.Rule.Code).FirstOrDefault());
        Assert.Equal(code is null ? 1 : 0, plans.Count);
        Assert.True(diagnostics.Items.Count <= 1);
    }

    [Fact]
    public void Too_small_a_device_is_refused_with_both_numbers()
    {
        var diagnostics = new DiagnosticBag();

        Plan(Tx1(), new LayoutOptions { DeviceSizeBytes = 500_000_000 }, diagnostics);

        Diagnostic finding = Assert.Single(diagnostics.Items);
        Assert.Equal("JC2005", finding.Rule.Code);
        Assert.Contains("500000000", finding.Message, StringComparison.Ordinal);
        Assert.Contains("608208384", finding.Message, StringComparison.Ordinal);
    }

    internal static string Tx1() =>
        File.ReadAllText(Repository.PathOf("tests", "JetsonCore.Tests", "Gadget", "cases", "tx1", "gadget.yaml"));

    private static IReadOnlyList<VolumePlan> PlanTx1(LayoutOptions options)
    {
        var diagnostics = new DiagnosticBag();
        IReadOnlyList<VolumePlan> plans = Plan(Tx1(), options, diagnostics);
        Assert.Empty(diagnostics.Items);
        return plans;
    }

    private static IReadOnlyList<VolumePlan> Plan(string yaml, LayoutOptions options, DiagnosticBag diagnostics)
    {
        GadgetDocument document = GadgetReader.Read(Encoding.UTF8.GetBytes(yaml), diagnostics);
        GadgetDefinition gadget = GadgetDefaults.Apply(document, GadgetMode.Uc18);
        GadgetRules.CheckAll(gadget, diagnostics);
        return VolumePlanner.Plan(gadget, options, diagnostics);
    }
}
