// A key whose private half another program holds: what it answers is checked before anybody sees it.
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions.Keys;

internal static class OutsideKey
{
    /// <summary>The key; its signatures are checked.</summary>
    /// <param name="key">The public half.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="sign">Asks the program for a signature.</param>
    /// <exception cref="UserErrorException">It is too short to sign.</exception>
    public static AssertionKey Of(OpenPgpPublicKey key, string what, AssertionKey.ContentSigner sign)
    {
        if (key.SizeBits < AssertionKey.ShortestBits)
        {
            throw new UserErrorException(FailureKind.Input, KeyFile.TooShort, null,
                $"cannot use {what}: it has {key.SizeBits} bits, signing needs {AssertionKey.ShortestBits}");
        }
        return AssertionKey.Elsewhere(key, (content, named, seconds) =>
            Checked(sign(content, named, seconds), content, named, what));
    }

    private static OpenPgpPacket Checked(
        OpenPgpPacket packet, ReadOnlySpan<byte> content, OpenPgpPublicKey key, string what)
    {
        string why = "it does not fit the content";
        try
        {
            if (OpenPgpSignature.Read(packet).Verifies(content, key))
                return packet;
        }
        catch (MalformedDataException exception)
        {
            why = exception.Message;
        }
        throw KeyProgram.Fail($"cannot use the signature made with {what}: {why}");
    }
}
