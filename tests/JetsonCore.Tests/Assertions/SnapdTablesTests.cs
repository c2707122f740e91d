// Every text of snapd's own tests is taken or refused as snapd takes or refuses it, whatever its type.
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public sealed class SnapdTablesTests
{
    private const int LeastCases = 600;

    [Fact]
    public void Verdicts_are_those_of_snapd()
    {
        var differences = new StringBuilder();
        int count = 0;
        foreach (SnapdTableCase one in SnapdTables.Cases)
        {
            count++;
            var diagnostics = new DiagnosticBag();
            bool isTaken = AssertionFile.ReadAll(one.Text, "case", diagnostics) is [_];
            if (isTaken == one.Error is "")
                continue;
            differences.Append($"--- snapd: {(one.Error is "" ? "taken" : one.Error)}\n--- ours: ");
            differences.AppendJoin("; ", diagnostics.Items.Select(item => $"{item.Rule.Code} {item.Message}"));
            differences.Append($"\n{Encoding.UTF8.GetString(one.Text)}\n");
        }
        Assert.True(differences.Length == 0, $"{count} cases, different:\n{differences}");
        Assert.InRange(count, LeastCases, int.MaxValue);
    }
}
