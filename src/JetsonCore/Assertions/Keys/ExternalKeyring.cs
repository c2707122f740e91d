// The program that SNAPD_EXT_KEYMGR names: it holds keys, perhaps in hardware, and is asked on its command line.
//
//   PROGRAM features                               {"signing": ["RSA-PKCS"], "public-keys": ["DER"]}
//   PROGRAM key-names                              {"key-names": ["NAME", …]}
//   PROGRAM get-public-key -f DER -k NAME          SubjectPublicKeyInfo
//   PROGRAM sign -m RSA-PKCS -k NAME  < DigestInfo  the bytes of the signature
//
// Peer: snapd asserts/extkeypairmgr.go.
using System.Security.Cryptography;
using System.Text.Json;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions.Keys;

/// <summary>Keys of an external key manager.</summary>
/// <param name="program">The program's path, or its name in PATH.</param>
public sealed class ExternalKeyring(string program) : IKeyring
{
    private const string SigningMechanism = "RSA-PKCS", PublicKeyForm = "DER";

    /// <summary>What stands before a SHA-512 digest in a DigestInfo: its algorithm and length in DER.</summary>
    private static readonly byte[] DigestInfoStart =
    [
        0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
        0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40,
    ];

    private bool _isChecked;

    /// <inheritdoc/>
    public string Description => $"the key manager \"{program}\"";

    /// <inheritdoc/>
    public IReadOnlyList<KeyringEntry> List() =>
        [.. Names().Select(name => new KeyringEntry(name, AssertionKey.IdOf(PublicKeyOf(name))))];

    /// <inheritdoc/>
    public AssertionKey? Find(string name)
    {
        if (!Names().Contains(name, StringComparer.Ordinal))
            return null;
        return OutsideKey.Of(PublicKeyOf(name), $"the key \"{name}\" of {Description}",
            (content, _, seconds) =>
                OpenPgpSignature.Create(content, digest => Sign(name, digest), seconds).ToPacket());
    }

    /// <inheritdoc/>
    public bool Delete(string name) => throw new UserErrorException(FailureKind.Environment, KeyRules.Foreign, null,
        $"cannot delete the key \"{name}\": {Description} has no command for it", "delete it with its own means");

    private byte[] Sign(string name, byte[] digest) =>
        Run(["sign", "-m", SigningMechanism, "-k", name], (byte[])[.. DigestInfoStart, .. digest]);

    private OpenPgpPublicKey PublicKeyOf(string name)
    {
        byte[] der = Run(["get-public-key", "-f", PublicKeyForm, "-k", name]);
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(der, out _);
            return AssertionKey.Named(rsa);
        }
        catch (CryptographicException exception)
        {
            throw KeyProgram.Fail(
                $"cannot use the key \"{name}\" of {Description}: it is no RSA key in DER: {exception.Message}");
        }
    }

    private string[] Names() => TextsOf("key-names", "key-names");

    private byte[] Run(string[] arguments, ReadOnlyMemory<byte> input = default)
    {
        if (!_isChecked)
        {
            _isChecked = true;
            Require("signing", SigningMechanism);
            Require("public-keys", PublicKeyForm);
        }
        return KeyProgram.Run(program, arguments, input);
    }

    private void Require(string feature, string value)
    {
        if (!TextsOf("features", feature).Contains(value, StringComparer.Ordinal))
            throw KeyProgram.Fail($"cannot use {Description}: its \"{feature}\" have no {value}");
    }

    /// <summary>A list of texts in the object that a command answers; empty where it is not there.</summary>
    private string[] TextsOf(string command, string name)
    {
        byte[] answer = Run([command]);
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.TryGetProperty(name, out JsonElement list)
                ? [.. list.EnumerateArray().Select(item => item.GetString() ?? "")]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw KeyProgram.Fail($"cannot use {Description}: its answer to \"{command}\" is not what it should be: "
                + exception.Message);
        }
    }
}
