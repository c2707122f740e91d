// OpenPGP packets against RFC 4880's own examples of lengths, Go's library and gpg.
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Formats.Tests.OpenPgp;

public class OpenPgpTests
{
    private const uint KeyTime = 1451606400;        // 2016-01-01
    private const uint SigningTime = 1573659600;    // 2019-11-13

    private static readonly byte[] Document = "type: model\nauthority-id: me"u8.ToArray();

    private static string KeyPath(string name) => Repository.PathOf("tests", "keys", name);

    private static RSA LoadKey(string name = "signing.pem")
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(KeyPath(name)));
        return rsa;
    }

    private static OpenPgpSignature Sign(RSA rsa) =>
        OpenPgpSignature.Create(Document, rsa, new OpenPgpPublicKey(rsa, KeyTime), SigningTime);

    [Theory]
    [InlineData(0, "c600")]
    [InlineData(100, "c664")]
    [InlineData(191, "c6bf")]
    [InlineData(192, "c6c000")]
    [InlineData(1723, "c6c5fb")]        // the example of RFC 4880, section 4.2.2
    [InlineData(8383, "c6dfff")]
    [InlineData(8384, "c6ff000020c0")]
    public void A_packet_has_the_shortest_header_and_reads_back(int length, string header)
    {
        byte[] body = new SeededRandom(1).Bytes(length);
        byte[] encoded = new OpenPgpPacket(6, body).Encode();
        Assert.StartsWith(header, Convert.ToHexStringLower(encoded), StringComparison.Ordinal);
        OpenPgpPacket read = OpenPgpPacket.Read(encoded);
        Assert.Equal(6, read.Tag);
        Assert.Equal(body, read.Body.ToArray());
    }

    [Theory]
    [InlineData("9803aabbcc")]
    [InlineData("990003aabbcc")]
    [InlineData("9a00000003aabbcc")]
    public void Old_headers_are_read(string hex)
    {
        OpenPgpPacket packet = OpenPgpPacket.Read(Convert.FromHexString(hex));
        Assert.Equal(6, packet.Tag);
        Assert.Equal("aabbcc", Convert.ToHexStringLower(packet.Body.Span));
    }

    [Theory]
    [InlineData("", "needs 1 more bytes")]
    [InlineData("0603", "starts no OpenPGP packet")]
    [InlineData("c603aabb", "3 bytes long, 2 bytes follow")]
    [InlineData("c601aabb", "1 bytes long, 2 bytes follow")]
    [InlineData("c6e1aabb", "partial length")]
    [InlineData("9baa", "open length")]
    [InlineData("c6ffffffffffaa", "4294967295 bytes long, 1 bytes follow")]
    public void Broken_packets_are_refused(string hex, string message)
    {
        var exception = Assert.Throws<MalformedDataException>(() => OpenPgpPacket.Read(Convert.FromHexString(hex)));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_carry_their_count_of_bits()
    {
        Assert.Equal("000901ff", Convert.ToHexStringLower(MultiPrecisionInteger.Encode([0, 1, 0xFF])));   // RFC 4880, 3.2
        Assert.Equal("000101", Convert.ToHexStringLower(MultiPrecisionInteger.Encode([1])));
        Assert.Equal("0000", Convert.ToHexStringLower(MultiPrecisionInteger.Encode([0])));
        Assert.Equal("001001ff", Convert.ToHexStringLower(MultiPrecisionInteger.EncodeWhole([1, 0xFF])));
    }

    [Fact]
    public void The_envelope_breaks_lines_and_ignores_them()
    {
        var packet = new OpenPgpPacket(6, new SeededRandom(2).Bytes(300));
        string text = OpenPgpEnvelope.Encode(packet);
        Assert.Equal([76, 76, 76, 76, 76, 28], text.Split('\n').Select(line => line.Length));
        Assert.Equal(packet.Body.ToArray(), OpenPgpEnvelope.Decode(Encoding.ASCII.GetBytes(text + "\n")).Body.ToArray());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("AsYA", "version 2")]
    [InlineData("A*YA", "no base64")]
    [InlineData("Ac YA", "0x20")]
    [InlineData("AcYAA", "no base64")]
    public void Broken_envelopes_are_refused(string text, string message)
    {
        var exception = Assert.Throws<MalformedDataException>(() => OpenPgpEnvelope.Decode(Encoding.ASCII.GetBytes(text)));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_and_signature_match_their_golden_text()
    {
        using RSA rsa = LoadKey();
        var key = new OpenPgpPublicKey(rsa, KeyTime);
        string text = $"key {key.KeyId:X16}, {key.SizeBits} bits\n{OpenPgpEnvelope.Encode(key.ToPacket())}\n\n"
            + $"signature of \"{Encoding.ASCII.GetString(Document).Replace("\n", "\\n", StringComparison.Ordinal)}\"\n"
            + $"{OpenPgpEnvelope.Encode(Sign(rsa).ToPacket())}\n";
        Golden.Matches(text, "tests", "JetsonCore.Formats.Tests", "OpenPgp", "golden", "signing.golden.txt");
    }

    [Fact]
    public void A_signature_verifies_its_document_and_no_other()
    {
        using RSA rsa = LoadKey();
        using RSA other = LoadKey("root.pem");
        OpenPgpPublicKey key = OpenPgpPublicKey.Read(OpenPgpPacket.Read(new OpenPgpPublicKey(rsa, KeyTime).ToPacket().Encode()));
        OpenPgpSignature signature = OpenPgpSignature.Read(OpenPgpPacket.Read(Sign(rsa).ToPacket().Encode()));
        Assert.Equal(SigningTime, signature.CreatedUnixSeconds);
        Assert.True(signature.Verifies(Document, key));
        Assert.False(signature.Verifies("something else"u8, key));
        Assert.False(signature.Verifies(Document, new OpenPgpPublicKey(other, KeyTime)));
    }

    [Fact]
    public void Our_key_is_snapds_key()
    {
        using RSA rsa = LoadKey();
        string[] lines = SnapdJudge.Run("key", KeyPath("signing.pem")).MustSucceed().Split('\n', 2);
        Assert.Equal(lines[1].TrimEnd(), OpenPgpEnvelope.Encode(new OpenPgpPublicKey(rsa, KeyTime).ToPacket()));
    }

    [Fact]
    public void Our_signature_packets_are_byte_equal_to_those_of_Go()
    {
        using var temp = new TempFolder();
        using RSA rsa = LoadKey();
        var key = new OpenPgpPublicKey(rsa, KeyTime);
        for (uint round = 0; round < 8; round++)       // some of the numbers begin with zero bits
        {
            byte[] document = new SeededRandom(round).Bytes(100);
            string expected = SnapdJudge.Run("packet", KeyPath("signing.pem"), $"{SigningTime + round}",
                temp.Write("document", document)).MustSucceed().Trim();
            OpenPgpSignature signature = OpenPgpSignature.Create(document, rsa, key, SigningTime + round);
            Assert.Equal(expected, Convert.ToHexStringLower(signature.ToPacket().Encode()));
        }
    }

    [Fact]
    public void Signatures_of_gpg_are_read()
    {
        using var temp = new TempFolder();
        string home = temp.Path;
        try
        {
            Gpg(home, "--quick-gen-key", "test", "rsa4096", "sign", "never").MustSucceed();
            string document = temp.Write("document", Document);
            byte[] exported = Gpg(home, "--export", "test").OutputBytes;
            OpenPgpPublicKey key = OpenPgpPublicKey.Read(FirstPacket(exported));
            byte[] made = Gpg(home, "--digest-algo", "SHA512", "--detach-sign", "-o", "-", document).OutputBytes;
            OpenPgpSignature signature = OpenPgpSignature.Read(OpenPgpPacket.Read(made));
            Assert.True(signature.Verifies(Document, key));
            Assert.Equal(Convert.ToHexString(made), Convert.ToHexString(ReencodeAs(made, signature)));
            byte[] changed = [.. Document, (byte)'!'];
            Assert.False(signature.Verifies(changed, key));
        }
        finally
        {
            Oracle.Run(new OracleCall("gpgconf") { Arguments = ["--homedir", home, "--kill", "all"] });
        }
    }

    [Fact]
    public void Damaged_packets_are_refused_or_do_not_verify()
    {
        using RSA rsa = LoadKey();
        var key = new OpenPgpPublicKey(rsa, KeyTime);
        byte[] keyBytes = key.ToPacket().Encode();
        byte[] signatureBytes = Sign(rsa).ToPacket().Encode();
        var random = new SeededRandom(4880);
        for (int round = 0; round < 2000; round++)
        {
            // What still verifies differs only in what carries no meaning: counts of bits, the key's time.
            if (ReadSignature(Mutations.Mutate(signatureBytes, random)) is { } signature && signature.Verifies(Document, key))
                Assert.Equal(signatureBytes, signature.ToPacket().Encode());
            if (ReadKey(Mutations.Mutate(keyBytes, random)) is { } damaged && Verifies(damaged))
                Assert.Equal(keyBytes.AsSpan(9), damaged.ToPacket().Encode().AsSpan(9));
        }

        bool Verifies(OpenPgpPublicKey damaged)
        {
            try
            {
                return OpenPgpSignature.Read(OpenPgpPacket.Read(signatureBytes)).Verifies(Document, damaged);
            }
            catch (MalformedDataException)
            {
                return false;
            }
        }
    }

    private static OpenPgpSignature? ReadSignature(byte[] packet)
    {
        try
        {
            return OpenPgpSignature.Read(OpenPgpPacket.Read(packet));
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    private static OpenPgpPublicKey? ReadKey(byte[] packet)
    {
        try
        {
            return OpenPgpPublicKey.Read(OpenPgpPacket.Read(packet));
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    private static OracleResult Gpg(string home, params string[] arguments) => Oracle.Run(new OracleCall("gpg")
    {
        Arguments = ["--homedir", home, "--batch", "--quiet", "--passphrase", "", "--pinentry-mode", "loopback", .. arguments],
    });

    private static OpenPgpPacket FirstPacket(byte[] stream)
    {
        int length = (stream[1] << 8) | stream[2];      // gpg exports keys with old headers of two length bytes
        Assert.Equal(0x99, stream[0]);
        return OpenPgpPacket.Read(stream.AsMemory(0, 3 + length));
    }

    /// <summary>What we read from gpg, written again under gpg's header and count of bits.</summary>
    private static byte[] ReencodeAs(byte[] made, OpenPgpSignature signature)
    {
        byte[] body = signature.ToPacket().Body.ToArray();
        // 512 bytes behind its count of bits, or one less where a signature begins with a byte of zeros
        int number = body.Length - 514;
        if (made[3 + number] != 0x10 && made[3 + number] != 0x0F)
            number++;
        made.AsSpan(3 + number, 2).CopyTo(body.AsSpan(number));
        return [.. made.AsSpan(0, 3), .. body];
    }
}
