// Bytes of every sort that compressors treat differently: none, one, text, runs, noise, and mixtures over a megabyte.
using System.Text;
using JetsonCore.Formats.Compression;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.Compression;

internal static class Samples
{
    public static byte[] Empty { get; } = [];

    public static byte[] Text { get; } = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(0, 9000).Select(line => $"line {line * 7919 % 1013} of {line}\n")));

    public static byte[] Mixed { get; } = MakeMixed();

    public static IReadOnlyList<byte[]> All { get; } =
        [Empty, [42], Text, new byte[300_000], new SeededRandom(5).Bytes(100_000), Mixed];

    /// <summary>Decompresses everything, by reads of uneven sizes.</summary>
    public static byte[] Read(byte[] compressed, CompressionFormat format)
    {
        using DecompressionStream stream = Decompression.OpenRead(new MemoryStream(compressed), format);
        return ReadAll(stream);
    }

    public static byte[] ReadAll(Stream stream)
    {
        var plain = new MemoryStream();
        var buffer = new byte[10_007];
        for (int read, round = 0; (read = stream.Read(buffer.AsSpan(0, round % 3 == 0 ? 13 : 10_007))) > 0; round++)
            plain.Write(buffer, 0, read);
        return plain.ToArray();
    }

    public static byte[] Write(byte[] plain, CompressionFormat format, int? level = null)
    {
        var target = new MemoryStream();
        using (CompressionStream stream = Compressor.OpenWrite(target, format, level))
        {
            stream.Write(plain.AsSpan(0, plain.Length / 3));
            stream.Write(plain.AsSpan(plain.Length / 3));
        }
        return target.ToArray();
    }

    private static byte[] MakeMixed()
    {
        var random = new SeededRandom(17);
        var bytes = new MemoryStream();
        while (bytes.Length < 500_000)
        {
            switch (random.Next(3))
            {
                case 0:
                    bytes.Write(random.Bytes(random.Next(60_000)));
                    break;
                case 1:
                    bytes.Write(Text.AsSpan(random.Next(Text.Length)));
                    break;
                default:
                    bytes.Write(Enumerable.Repeat((byte)random.Next(256), random.Next(100_000)).ToArray());
                    break;
            }
        }
        return bytes.ToArray();
    }
}
