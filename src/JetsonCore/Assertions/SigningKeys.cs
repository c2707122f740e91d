// The keys that believed assertions carry, opened once each.
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions;

internal sealed class SigningKeys(AssertionSet believed)
{
    private readonly Dictionary<string, SigningKey?> _opened = new(StringComparer.Ordinal);

    /// <summary>The key of an id, where a believed account-key carries it and can be read.</summary>
    public SigningKey? Find(string id)
    {
        if (_opened.TryGetValue(id, out SigningKey? known))
            return known;
        return believed.Find("account-key", [id]) is { } statement
            ? _opened[id] = SigningKey.TryOpen(statement, out _)
            : null;
    }

    /// <summary>The key of the device that an assertion names, if it is the one that signed it.</summary>
    public SigningKey? OfDevice(Assertion assertion)
    {
        AssertionHeaders headers = assertion.Headers;
        string[] key = [headers.Text("brand-id") ?? "", headers.Text("model") ?? "", headers.Text("serial") ?? ""];
        if (believed.Find("serial", [.. key])?.Headers.Text("device-key") is not { } text)
            return null;
        try
        {
            OpenPgpPublicKey device = AssertionKey.DecodePublicKey(System.Text.Encoding.UTF8.GetBytes(text));
            return AssertionKey.IdOf(device) == assertion.SignKeyId
                ? new() { Id = assertion.SignKeyId, AccountId = "", PublicKey = device, Since = default }
                : null;
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }
}
