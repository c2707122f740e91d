// "None of these": fails with the whole list.
using Xunit;

namespace JetsonCore.Tests.Tidy;

internal static class Expect
{
    public static void None(IEnumerable<string> offenders)
    {
        List<string> all = [.. offenders];
        if (all.Count > 0)
            Assert.Fail($"{all.Count} to mend:\n{string.Join('\n', all)}");
    }
}
