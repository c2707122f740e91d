// What a stage made, in the encoding of Bazel's remote caches: whoever serves those keeps ours too.
//
//   message ActionResult { repeated OutputFile output_files = 2; bytes stdout_raw = 5; bytes stderr_raw = 6; }
//   message OutputFile   { string path = 1; Digest digest = 2; }
//   message Digest       { string hash = 1; int64 size_bytes = 2; }
//
// stdout_raw has the text of the stage's key, stderr_raw the SHA-256 of all fields before it. Fields are a varint
// (number << 3 | kind) and a varint (kind 0) or a length and bytes (kind 2); what we do not know is passed over.
// Spec: remote_execution.proto of github.com/bazelbuild/remote-apis (v2), protobuf.dev/programming-guides/encoding.
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Cache;

/// <summary>One file of a stage.</summary>
/// <param name="Name">How the stage names it.</param>
/// <param name="Digest">The SHA-256 of its bytes, hexadecimal.</param>
/// <param name="SizeBytes">Its length.</param>
internal readonly record struct StageFile(string Name, string Digest, long SizeBytes);

internal sealed record ActionResult(ImmutableArray<StageFile> Files, string KeyText)
{
    public const int LengthMax = 1 << 20;

    private const int FilesField = 2, KeyField = 5, SumField = 6;
    private const int PathField = 1, DigestField = 2, HashField = 1, SizeField = 2;
    private const int DigestLength = 64, FilesMax = 10_000;

    public byte[] ToBytes()
    {
        var bytes = new List<byte>();
        foreach (StageFile file in Files)
        {
            List<byte> digest = [], output = [];
            AddBytes(digest, HashField, Encoding.ASCII.GetBytes(file.Digest));
            AddNumber(digest, SizeField << 3);
            AddNumber(digest, (ulong)file.SizeBytes);
            AddBytes(output, PathField, Encoding.UTF8.GetBytes(file.Name));
            AddBytes(output, DigestField, [.. digest]);
            AddBytes(bytes, FilesField, [.. output]);
        }
        AddBytes(bytes, KeyField, Encoding.UTF8.GetBytes(KeyText));
        AddBytes(bytes, SumField, SHA256.HashData([.. bytes]));
        return [.. bytes];
    }

    /// <exception cref="MalformedDataException">It is none of ours, or damaged.</exception>
    public static ActionResult Read(ReadOnlySpan<byte> bytes)
    {
        var files = ImmutableArray.CreateBuilder<StageFile>();
        string? key = null;
        var fields = new Fields(bytes);
        while (fields.Next(out int field, out ulong _, out ReadOnlySpan<byte> value, out int start))
        {
            switch (field)
            {
                case FilesField when files.Count < FilesMax:
                    files.Add(ReadFile(value));
                    break;
                case KeyField:
                    key = Encoding.UTF8.GetString(value);
                    break;
                case SumField when key is not null && value.SequenceEqual(SHA256.HashData(bytes[..start])):
                    return new(files.DrainToImmutable(), key);
            }
        }
        throw new MalformedDataException(0, "this is no result of a stage, or a damaged one");
    }

    private static StageFile ReadFile(ReadOnlySpan<byte> bytes)
    {
        string name = "", digest = "";
        ulong size = 0;
        var fields = new Fields(bytes);
        while (fields.Next(out int field, out ulong _, out ReadOnlySpan<byte> value, out int _))
        {
            if (field == PathField)
                name = Encoding.UTF8.GetString(value);
            if (field != DigestField)
                continue;
            var inner = new Fields(value);
            while (inner.Next(out int what, out ulong number, out ReadOnlySpan<byte> text, out int _))
            {
                digest = what == HashField ? Encoding.ASCII.GetString(text) : digest;
                size = what == SizeField ? number : size;
            }
        }
        if (!IsDigest(digest) || size > long.MaxValue)
            throw new MalformedDataException(0, "a file of the result has no digest");
        return new(name, digest, (long)size);
    }

    /// <summary>Whether a text can be the name of bytes: 64 lower-case hexadecimal digits.</summary>
    public static bool IsDigest(string text) =>
        text.Length == DigestLength && text.All(sign => sign is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    private static void AddBytes(List<byte> target, int field, byte[] value)
    {
        AddNumber(target, (ulong)(field << 3 | 2));
        AddNumber(target, (ulong)value.Length);
        target.AddRange(value);
    }

    private static void AddNumber(List<byte> target, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
            target.Add((byte)((number & 0x7F) | 0x80));
        target.Add((byte)number);
    }

    private ref struct Fields(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public bool Next(out int field, out ulong number, out ReadOnlySpan<byte> value, out int start)
        {
            (field, number, start) = (0, 0, _at);
            value = default;
            if (_at == _bytes.Length)
                return false;
            ulong tag = Number();
            field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    number = Number();
                    return true;
                case 2:
                    ulong length = Number();
                    if (length > (ulong)(_bytes.Length - _at))
                        throw new MalformedDataException(_at, "a field ends behind the end");
                    value = _bytes.Slice(_at, (int)length);
                    _at += (int)length;
                    return true;
                default:
                    throw new MalformedDataException(start, "a field of an unknown kind");
            }
        }

        private ulong Number()
        {
            ulong number = 0;
            for (int shift = 0; shift < 64; shift += 7)
            {
                if (_at == _bytes.Length)
                    throw new MalformedDataException(_at, "a number ends behind the end");
                byte next = _bytes[_at++];
                number |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                    return number;
            }
            throw new MalformedDataException(_at, "a number of more than 64 bits");
        }
    }
}
