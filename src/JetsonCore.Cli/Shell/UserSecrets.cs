// What a user of a device logs in with: a password, and public SSH keys as authorized_keys has them, one on a line:
//
//   [OPTIONS] TYPE BASE64 [COMMENT]        the bytes begin with the length of TYPE and TYPE again
//
// Both go into a statement that everyone may read, so that a private key must not get among them.
// Sources: sshd(8), RFC 4253 section 6.6; crypt(3).
using System.Buffers.Binary;
using System.Text;
using JetsonCore.Diagnostics;

namespace JetsonCore.Cli.Shell;

internal static class UserSecrets
{
    // What crypt(3) takes.
    private const int PasswordMax = 511;
    private const int KeysMax = 1 << 20;

    private static readonly Rule PasswordSource =
        new("JC9180", Severity.Error, "a user's password comes from a variable or from standard input");

    private static readonly Rule PublicKey =
        new("JC3416", Severity.Error, "keys that may log in are public SSH keys, one on a line");

    /// <summary>The password from a variable or, for "-", standard input; null where none is named.</summary>
    /// <exception cref="UserErrorException">There is none, or no device could check it.</exception>
    public static string? ReadPassword(string? source)
    {
        if (source is null)
            return null;
        string password = source == InputBytes.StandardInput
            ? Text(InputBytes.Read(source, PasswordMax + 2)) : Environment.GetEnvironmentVariable(source) ?? "";
        string? why = password switch
        {
            "" => "there is none",
            _ when password.AsSpan().ContainsAny('\0', '\n', '\r') => "it has several lines, or a zero byte",
            _ when Encoding.UTF8.GetByteCount(password) > PasswordMax => $"it has more than {PasswordMax} bytes",
            _ => null,
        };
        return why is null ? password : throw PasswordFailure(source, why);
    }

    /// <summary>The public keys of a file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or has something else.</exception>
    public static IReadOnlyList<string> ReadSshKeys(string path)
    {
        List<string> keys = [];
        string[] lines = Encoding.UTF8.GetString(InputBytes.Read(path, KeysMax)).Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].Trim();
            if (line is "" || line[0] == '#')
                continue;
            if (!IsPublicKey(line))
            {
                throw new UserErrorException(FailureKind.Input, PublicKey, InputBytes.NameOf(path),
                    $"cannot take line {index + 1} as a public SSH key: it is no TYPE and BASE64",
                    line.Contains("PRIVATE KEY", StringComparison.Ordinal)
                        ? "this is a private key, which nobody else may see: name the .pub file" : null);
            }
            keys.Add(line);
        }
        if (keys.Count > 0)
            return keys;
        throw new UserErrorException(FailureKind.Input, PublicKey, InputBytes.NameOf(path),
            "cannot take a public SSH key from it: there is none");
    }

    private static bool IsPublicKey(string line)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Zip(words.Skip(1)).Any(pair => IsKey(pair.First, pair.Second));
    }

    private static bool IsKey(string type, string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int count) && count > sizeof(uint) + type.Length
            && BinaryPrimitives.ReadUInt32BigEndian(bytes) == type.Length
            && bytes.AsSpan(sizeof(uint), type.Length).SequenceEqual(Encoding.UTF8.GetBytes(type));
    }

    private static string Text(byte[] bytes)
    {
        try
        {
            string text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
                .GetString(bytes);
            return text.EndsWith('\n') ? text[..^1] : text;
        }
        catch (DecoderFallbackException)
        {
            throw PasswordFailure(InputBytes.StandardInput, "it is not UTF-8");
        }
    }

    private static UserErrorException PasswordFailure(string source, string why) => new(
        FailureKind.Usage, PasswordSource, path: null, $"cannot take the password from \"{source}\": {why}");
}
