// Secret keys that gpg has exported: read with and without a passphrase, and refused in time where they are hostile.
using System.Security.Cryptography;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.OpenPgp;

public class OpenPgpSecretKeyTests
{
    private const string Passphrase = "correct horse";

    [Theory]
    [InlineData("")]
    [InlineData(Passphrase)]
    public void The_key_that_gpg_exports_signs_as_the_key_that_gpg_has(string passphrase)
    {
        using var ring = new GpgRing("rsa3072", passphrase);
        OpenPgpSecretKey secret = OpenPgpSecretKey.Read(ring.SecretKey);
        Assert.Equal(passphrase.Length > 0, secret.IsEncrypted);
        using RSA rsa = secret.Unlock(secret.IsEncrypted ? passphrase : null);
        OpenPgpPublicKey key = ring.PublicKey;
        OpenPgpSignature signature = OpenPgpSignature.Create("text"u8, rsa, key, 1573659600);
        Assert.True(signature.Verifies("text"u8, key));
    }

    [Fact]
    public void Another_passphrase_is_refused()
    {
        using var ring = new GpgRing("rsa3072", Passphrase);
        OpenPgpSecretKey secret = OpenPgpSecretKey.Read(ring.SecretKey);
        Assert.Contains("passphrase", Refusal(() => secret.Unlock("wrong")), StringComparison.Ordinal);
        Assert.Contains("passphrase", Refusal(() => secret.Unlock(null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_algorithm_is_refused()
    {
        using var ring = new GpgRing("ed25519", "");
        Assert.Contains("algorithm 22", Refusal(() => OpenPgpSecretKey.Read(ring.SecretKey)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_takes_memory_as_it_pleases_is_refused_before_it_begins()
    {
        using var ring = new GpgRing("rsa3072", Passphrase);
        byte[] packets = Dearmoured(ring.SecretKey);
        int method = packets.AsSpan().IndexOf((ReadOnlySpan<byte>)[254, 7, 3]) + 2;      // AES-128, salted and iterated
        Assert.True(method > 2);
        packets[method] = 4;                                                             // Argon2, salt of 16 bytes,
        (packets[method + 17], packets[method + 18], packets[method + 19]) = (1, 4, 21); // passes, lanes, 2^21 KiB
        Assert.Contains("method 4", Refusal(() => OpenPgpSecretKey.Read(Armoured(packets))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(OpenPgpSecretKey.ArmourStart)]
    [InlineData(OpenPgpSecretKey.ArmourStart + "\n\n-----END PGP PRIVATE KEY BLOCK-----\n")]
    [InlineData(OpenPgpSecretKey.ArmourStart + "\n\n!!!!\n=AAAA\n-----END PGP PRIVATE KEY BLOCK-----\n")]
    public void Text_without_a_key_is_refused(string text) => Refusal(() => OpenPgpSecretKey.Read(text));

    [Fact]
    public void Text_without_end_is_refused() => Refusal(() => OpenPgpSecretKey.Read(new string('A', (1 << 20) + 1)));

    /// <summary>A compressed packet where the key should be is not unpacked.</summary>
    [Fact]
    public void A_compressed_packet_is_no_key() =>
        Refusal(() => OpenPgpSecretKey.Read(Armoured([0xA3, 2, .. new SeededRandom(1).Bytes(1000)])));

    [Fact]
    public void Damaged_keys_end_in_the_named_exception()
    {
        using var ring = new GpgRing("rsa3072", Passphrase);
        byte[] packets = Dearmoured(ring.SecretKey);
        byte[] text = System.Text.Encoding.ASCII.GetBytes(ring.SecretKey);
        DamageTrial.Run(Soak.Rounds(400, 20_000), round =>
        {
            var random = new SeededRandom((ulong)round);
            string damaged = round % 2 == 0
                ? Armoured(Mutations.Mutate(packets, random))
                : System.Text.Encoding.Latin1.GetString(Mutations.Mutate(text, random));
            OpenPgpSecretKey.Read(damaged).Unlock(Passphrase).Dispose();
        });
    }

    private static string Refusal(Action read) => Assert.Throws<MalformedDataException>(read).Message;

    private static byte[] Dearmoured(string text) => Oracle.Run(new OracleCall("gpg")
    {
        Arguments = ["--batch", "--dearmor"],
        Input = System.Text.Encoding.ASCII.GetBytes(text),
    }) is { ExitCode: 0 } result ? result.OutputBytes : throw new Xunit.Sdk.XunitException("gpg --dearmor failed");

    // Without a checksum, which is optional: what is damaged shall be read.
    private static string Armoured(byte[] packets) => string.Join('\n',
        [
            OpenPgpSecretKey.ArmourStart, "", .. Convert.ToBase64String(packets).Chunk(64).Select(line => new string(line)),
            "-----END PGP PRIVATE KEY BLOCK-----", "",
        ]);

    /// <summary>A key ring of gpg with one key, gone with this object.</summary>
    private sealed class GpgRing : IDisposable
    {
        private readonly TempFolder _home = new();
        private readonly string _passphrase;

        public GpgRing(string algorithm, string passphrase)
        {
            _passphrase = passphrase;
            _home.Write("gpg-agent.conf", "s2k-count 65536\n"u8.ToArray());
            Gpg("--quick-gen-key", "test", algorithm, "sign", "never").MustSucceed();
            SecretKey = Gpg("--armor", "--export-secret-keys", "test").MustSucceed();
        }

        public string SecretKey { get; }

        public OpenPgpPublicKey PublicKey
        {
            get
            {
                byte[] exported = Gpg("--export", "test").OutputBytes;      // an old header of two length bytes
                return OpenPgpPublicKey.Read(OpenPgpPacket.Read(exported.AsMemory(0, 3 + (exported[1] << 8 | exported[2]))));
            }
        }

        public void Dispose()
        {
            Oracle.Run("gpgconf", "--homedir", _home.Path, "--kill", "all");
            _home.Dispose();
        }

        private OracleResult Gpg(params string[] arguments) => Oracle.Run("gpg",
            ["--homedir", _home.Path, "--batch", "--quiet", "--passphrase", _passphrase, "--pinentry-mode", "loopback",
                .. arguments]);
    }
}
