// SHA3-384 in the spelling of assertions: base64url without padding, 64 characters.
using System.Buffers.Text;
using System.Security.Cryptography;
using JetsonCore.Cache;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Assertions;

/// <summary>SHA3-384 as headers carry it.</summary>
public static class AssertionDigest
{
    /// <summary>The system's cryptographic library must know SHA3-384.</summary>
    public static readonly Rule Unsupported =
        new("JC3001", Severity.Error, "assertions need SHA3-384 from the system's OpenSSL");

    /// <summary>The digest of bytes.</summary>
    /// <exception cref="UserErrorException">The system's OpenSSL has no SHA3-384.</exception>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        RequireSupport();
        Span<byte> digest = stackalloc byte[SHA3_384.HashSizeInBytes];
        SHA3_384.HashData(bytes, digest);
        return Base64Url.EncodeToString(digest);
    }

    /// <summary>The digest of a stream, read to its end.</summary>
    /// <exception cref="UserErrorException">The system's OpenSSL has no SHA3-384.</exception>
    public static string Of(Stream stream)
    {
        RequireSupport();
        return Base64Url.EncodeToString(ContentDigest.Of(HashAlgorithmName.SHA3_384, stream));
    }

    /// <summary>The digest of a content, remembered or read.</summary>
    /// <exception cref="UserErrorException">The system's OpenSSL has no SHA3-384.</exception>
    public static string Of(FileContent content, FileDigests digests)
    {
        ArgumentNullException.ThrowIfNull(digests);
        RequireSupport();
        return Base64Url.EncodeToString(digests.Of(HashAlgorithmName.SHA3_384, content));
    }

    private static void RequireSupport()
    {
        if (SHA3_384.IsSupported)
            return;
        throw new UserErrorException(FailureKind.Environment, Unsupported, path: null,
            "cannot compute SHA3-384: the system's OpenSSL does not know it",
            hint: "install OpenSSL 1.1.1 or newer (package libssl3)");
    }

    /// <summary>Whether a file has this length and digest; it is read where the length is right.</summary>
    public static bool IsOf(Stream file, long sizeBytes, string digest)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.CanSeek && file.Length == sizeBytes && Of(file) == digest;
    }
}
