// Times as assertions write them, for those outside who take one from a person.
namespace JetsonCore.Assertions;

/// <summary>Times of RFC 3339.</summary>
public static class AssertionTime
{
    /// <summary>Reads a time.</summary>
    public static bool TryParse(string text, out DateTimeOffset time) => AssertionNames.TryParseTime(text, out time);
}
