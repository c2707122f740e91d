// How a U-Boot was built: its .config as a file, or what u-boot.bin tells of itself. One that was built with CMD_CONFIG
// (gadget/u-boot/common.config says so) carries its whole .config, compressed by gzip; every other tells the version,
// the environment that is built in, and as texts ended by NUL the names of its commands and of the file uboot.env.
// Sources: U-Boot cmd/config.c and cmd/Makefile (config_data_gz), include/env_default.h.
using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.Compression;

namespace JetsonCore.Boot.Settings;

/// <summary>What is known of a U-Boot.</summary>
public sealed partial record UBootSettings
{
    // Of all places in a program that look like gzip few are; a U-Boot has one or two.
    private const int ConfigurationMax = 1 << 20, GzipMax = 256, VersionMax = 128;
    private const string Prefix = "CONFIG_";

    private UBootSettings()
    {
    }

    /// <summary>The most bytes that u-boot.bin has.</summary>
    public static int BytesMax => BuiltInEnvironment.UBootMax;

    /// <summary>The options that are set, without "CONFIG_" and quotes; null where U-Boot does not tell.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; private init; }

    /// <summary>The environment that is built in; null where none is found.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; private init; }

    /// <summary>Texts in the program; null where only the .config is at hand.</summary>
    public IReadOnlySet<string>? Texts { get; private init; }

    /// <summary>Reads a .config or u-boot.bin; null for what is neither.</summary>
    public static UBootSettings? Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.Contains((byte)0))
            return ReadOptions(Encoding.UTF8.GetString(bytes)) is { } typed ? new() { Options = typed } : null;
        return VersionIn(bytes) is not null ? new()
        {
            Options = FindOptions(bytes),
            Environment = BuiltInEnvironment.Find(bytes),
            Texts = FindTexts(bytes),
        } : null;
    }

    /// <summary>The value of an option, or empty where it is off.</summary>
    public string Option(string name) => Options?.GetValueOrDefault(name) ?? "";

    /// <summary>What U-Boot calls itself: "U-Boot 2023.01 (Jan 09 2023 - …)"; null where there is none.</summary>
    public static string? VersionIn(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> wanted = "U-Boot "u8;
        for (int at = 0; bytes[at..].IndexOf(wanted) is >= 0 and int ahead; at++)
        {
            at += ahead;
            ReadOnlySpan<byte> text = bytes.Slice(at, Math.Min(VersionMax, bytes.Length - at));
            int end = text.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            string version = Encoding.Latin1.GetString(end < 0 ? text : text[..end]);
            if (Version().IsMatch(version))
                return version;
        }
        return null;
    }

    [GeneratedRegex(@"^(?:U-Boot |U-Boot SPL )\d{4}\.\d{2}")]
    private static partial Regex Version();

    private static FrozenDictionary<string, string>? FindOptions(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> gzip = [0x1F, 0x8B, 0x08];
        byte[] program = bytes.ToArray();
        int tried = 0;
        for (int at = 0; tried++ < GzipMax && bytes[at..].IndexOf(gzip) is >= 0 and int ahead; at++)
        {
            at += ahead;
            using var compressed = new MemoryStream(program, at, Math.Min(program.Length - at, ConfigurationMax));
            if (Unpack(compressed) is { } text && ReadOptions(text) is { } options)
            {
                return options;
            }
        }
        return null;
    }

    // Three bytes that only look like gzip are no reason to stop.
    private static string? Unpack(Stream source)
    {
        try
        {
            using DecompressionStream member = Decompression.OpenMember(source, CompressionFormat.Gzip);
            var text = new byte[ConfigurationMax];
            int count = member.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(text, 0, count);
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    private static FrozenDictionary<string, string>? ReadOptions(string text)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n').Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            int split = line.IndexOf('=', StringComparison.Ordinal);
            if (split > 0)
                options[line[Prefix.Length..split]] = line[(split + 1)..].TrimEnd('\r').Trim('"');
        }
        return options.Count > 0 ? options.ToFrozenDictionary(StringComparer.Ordinal) : null;
    }

    private static HashSet<string> FindTexts(ReadOnlySpan<byte> bytes)
    {
        const int LengthMax = 64;
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (Range range in bytes.Split((byte)0))
        {
            ReadOnlySpan<byte> text = bytes[range];
            // Code before the first letter of a text may end with printable bytes; those texts are lost.
            if (text.Length is > 0 and <= LengthMax && text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
                texts.Add(Encoding.ASCII.GetString(text));
        }
        return texts;
    }
}
