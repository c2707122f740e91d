// What a stage follows from, as text; its SHA-256 is the name of what the stage made. A line for each thing:
//
//   jetson-core stage 1
//   stage "pack snap"
//   program "4f0c…"
//   tree "9be1…"
//
// Values are JSON strings, so that no value can look like two lines. README.md of this folder lists all stages.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace JetsonCore.Cache;

/// <summary>The key of a stage.</summary>
public sealed class StageKey
{
    private readonly StringBuilder _text = new("jetson-core stage 1\n");
    private string? _digest;

    /// <param name="stage">What is done.</param>
    /// <param name="program">What does it: <see cref="ProgramIdentity"/>.</param>
    internal StageKey(string stage, string program) => Add("stage", stage).Add("program", program);

    /// <summary>All that it follows from.</summary>
    public string Text => _text.ToString();

    /// <summary>The SHA-256 of the text, 64 hexadecimal digits.</summary>
    public string Digest => _digest ??= DigestOf(Text);

    /// <summary>Adds one more thing that the stage follows from.</summary>
    /// <param name="name">A word: "time", "tree".</param>
    /// <param name="value">Any text: a number, a digest, a setting.</param>
    public StageKey Add(string name, string value)
    {
        _text.Append(name).Append(" \"").Append(JsonEncodedText.Encode(value)).Append("\"\n");
        _digest = null;
        return this;
    }

    /// <summary>The name of what was made by a key of this text.</summary>
    internal static string DigestOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
