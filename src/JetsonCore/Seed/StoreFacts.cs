// What a store says of a snap that neither its file nor its assertions say. In a recovery system that becomes:
//
//   systems/LABEL/snaps/aux-info.json       { ID: { "private": true, "contact": "mailto:me@example.com" } }
//
// Peer: snapd seed/internal/auxinfo20.go, seed/seedwriter (seed20.go); Go's encoding/json.
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

/// <summary>What a store says.</summary>
/// <param name="IsPrivate">Whether it serves the snap to chosen accounts only.</param>
/// <param name="Contact">How its publisher is reached, as the store has it; empty where it says nothing.</param>
public sealed record StoreFacts(bool IsPrivate, string Contact)
{
    private static readonly JsonWriterOptions Letters = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The contact as an address with a scheme.</summary>
    internal string Address => SnapReferences.Address(Contact);

    /// <summary>The text of aux-info.json; null where there is nothing to say.</summary>
    internal static byte[]? Write(IEnumerable<SeedSnap> snaps)
    {
        SeedSnap[] told =
        [
            .. snaps.Where(snap => snap is { SnapId: not null, Facts: { IsPrivate: true } or { Contact: not "" } })
                .OrderBy(snap => snap.SnapId, StringComparer.Ordinal),
        ];
        if (told is [])
            return null;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Letters))
        {
            json.WriteStartObject();
            foreach (SeedSnap snap in told)
            {
                json.WriteStartObject(snap.SnapId!);
                if (snap.Facts!.IsPrivate)
                    json.WriteBoolean("private", true);
                if (snap.Contact is not "")
                    json.WriteString("contact", snap.Contact);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // These stand in texts only; Go writes them so that HTML may hold the JSON.
        string text = Encoding.UTF8.GetString(bytes.ToArray())
            .Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"{text}\n");
    }
}
