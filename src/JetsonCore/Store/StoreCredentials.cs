// Who asks: the credentials that `snapcraft export-login` writes, in each of its forms.
//
//   {"macaroon": ROOT, "discharges": [DISCHARGE, …]}
//   base64 of {"r": ROOT, "d": DISCHARGE}, or of {"t": "u1-macaroon", "v": {"r": …, "d": …}}
//   base64 of {"t": "macaroon", "v": VALUE} or {"t": "bearer", "v": VALUE}
//   [login.ubuntu.com]   macaroon = ROOT   unbound_discharge = DISCHARGE         (snapcraft before 7)
//
// Peer: snapd store/tooling/auth.go, store/auth_u1.go.
using System.Text;
using System.Text.Json;
using JetsonCore.Diagnostics;

namespace JetsonCore.Store;

internal static class StoreCredentials
{
    private const string Section = "[login.ubuntu.com]";

    /// <summary>What the header Authorization says for credentials.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="UserErrorException">It has none of the known forms.</exception>
    public static string Authorization(string text, string source)
    {
        text = text.Trim();
        string? header = null;
        try
        {
            header = text.StartsWith('{') ? OfJson(text)
                : text.StartsWith('[') ? OfLoginFile(text)
                : OfEncoded(text);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            // No known form: said below, without the text, which is secret.
        }
        // A line break in a value would begin another header.
        return header is not null && header.All(letter => letter is >= ' ' and <= '~')
            ? header
            : throw new UserErrorException(FailureKind.Input, StoreRules.Credentials, source,
                "cannot use the credentials: they have none of the forms that snapcraft exports",
                "write them with \"snapcraft export-login FILE\"");
    }

    private static string? OfJson(string text)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        return Text(json.RootElement, "macaroon") is { } root
            && json.RootElement.TryGetProperty("discharges", out JsonElement list) && list.GetArrayLength() > 0
            ? WithDischarges(root, [.. list.EnumerateArray().Select(one => one.GetString() ?? "")])
            : null;
    }

    private static string? OfEncoded(string text)
    {
        using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(text)));
        JsonElement all = json.RootElement;
        switch (Text(all, "t"))
        {
            case "macaroon" when Text(all, "v") is { } value:
                return $"Macaroon {value}";
            case "bearer" when Text(all, "v") is { } value:
                return $"Bearer {value}";
            case "u1-macaroon" when all.TryGetProperty("v", out JsonElement both):
                all = both;
                break;
        }
        return Text(all, "r") is { } root && Text(all, "d") is { } discharge ? WithDischarges(root, [discharge]) : null;
    }

    private static string? OfLoginFile(string text)
    {
        string[] lines = [.. text.Split('\n').Select(line => line.Trim())];
        string? Value(string name) => lines.SkipWhile(line => line != Section).Skip(1)
            .TakeWhile(line => !line.StartsWith('['))
            .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2 && pair[0].TrimEnd() == name)
            .Select(pair => pair[1].Trim()).FirstOrDefault(value => value is not "");
        return Value("macaroon") is { } root && Value("unbound_discharge") is { } discharge
            ? WithDischarges(root, [discharge])
            : null;
    }

    private static string WithDischarges(string root, string[] discharges)
    {
        byte[] signature = Macaroon.Signature(Macaroon.Decode(root));
        IEnumerable<string> bound = discharges.Select(discharge => Macaroon.Bind(discharge, signature));
        return $"Macaroon root=\"{root}\"{string.Concat(bound.Select(one => $", discharge=\"{one}\""))}";
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;
}
