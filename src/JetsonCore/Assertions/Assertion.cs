// A signed statement, as read or as made.
//
//   headers \n\n body \n\n signature         (without a body: headers \n\n signature)
//   └── content ───┘
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

/// <summary>One assertion. Its form is checked, its signature and what it says are not.</summary>
public sealed class Assertion
{
    /// <summary>Its type.</summary>
    public required AssertionType Type { get; init; }

    /// <summary>All its headers; the primary key is complete, defaults included.</summary>
    public required AssertionHeaders Headers { get; init; }

    /// <summary>Its body; empty where there is none.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What is signed: headers and body.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The signature's text, as it stands in the file.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Who answers for it; null for types without an authority.</summary>
    public string? AuthorityId => Headers.Text("authority-id");

    /// <summary>The id of the key that signed it.</summary>
    public string SignKeyId => Headers.Text("sign-key-sha3-384") ?? "";

    /// <summary>Its revision, 0 where it states none.</summary>
    public long Revision => Headers.Number("revision");

    /// <summary>Its format, 0 where it states none.</summary>
    public long Format => Headers.Number("format");

    /// <summary>The values of the primary key, in the type's order.</summary>
    public ImmutableArray<string> PrimaryKey => [.. Type.PrimaryKey.Select(name => Headers.Text(name) ?? "")];

    /// <summary>The assertion for a message: <c>model "16/my-brand/my-model"</c>.</summary>
    public string Reference => $"{Type.Name} \"{string.Join('/', PrimaryKey)}\"";

    /// <summary>The whole text, as it is kept in files and streams.</summary>
    public byte[] ToBytes() => [.. Content.Span, (byte)'\n', (byte)'\n', .. Signature.Span];
}
