// Rules that look at several headers of one assertion, or at a key in one.
using System.Collections.Immutable;
using System.Security.Cryptography;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Binary;
using JetsonCore.Formats.OpenPgp;

namespace JetsonCore.Assertions;

internal static class HeaderChecks
{
    /// <summary>Keys that Go reads: RSA, DSA, on elliptic curves, Ed25519, X25519.</summary>
    private static readonly ImmutableArray<string?> KeyAlgorithms =
        ["1.2.840.113549.1.1.1", "1.2.840.10040.4.1", "1.2.840.10045.2.1", "1.3.101.112", "1.3.101.110"];

    /// <summary>A public key as a header carries it.</summary>
    public static void PublicKey(HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Text { Value: { Length: > 0 } text })
            place.Refuse(value.Span, "it must be text that is not empty");
        else if (TryDecode(text, out string why) is null)
            place.Refuse(value.Span, why);
    }

    /// <summary>The id beside a device's key is that of the key.</summary>
    public static void DeviceKeyId(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        if (headers.Text("device-key") is { } text && TryDecode(text, out _) is { } key
            && headers.Text("device-key-sha3-384") is { Length: > 0 } stated && stated != AssertionKey.IdOf(key))
        {
            Refuse(diagnostics, headers, "device-key-sha3-384",
                $"the key in \"device-key\" has the id {AssertionKey.IdOf(key)}");
        }
    }

    /// <summary>A request for a serial is signed with the key that it carries.</summary>
    public static void RequestSigner(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        if (headers.Text("device-key") is { } text && TryDecode(text, out _) is { } key
            && headers.Text("sign-key-sha3-384") is { } signer && signer != AssertionKey.IdOf(key))
        {
            Refuse(diagnostics, headers, "device-key",
                $"the request is signed with the key {signer}, this one is {AssertionKey.IdOf(key)}");
        }
    }

    /// <summary>The digest beside a hardware's key is that of its text.</summary>
    public static void HardwareKeyId(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        if (headers.Text("hardware-id-key") is not { Length: > 0 } text)
            return;
        string digest = AssertionDigest.Of(System.Text.Encoding.UTF8.GetBytes(text));
        if (headers.Text("hardware-id-key-sha3-384") != digest)
            Refuse(diagnostics, headers, "hardware-id-key-sha3-384", $"the digest of \"hardware-id-key\" is {digest}");
        if (!IsPublicKeyText(text))
            Refuse(diagnostics, headers, "hardware-id-key", "it is not the base64 of a public key");
    }

    /// <summary>What serials, passwords and times of a system-user ask of each other.</summary>
    public static void SystemUser(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        int models = Count(headers, "models"), serials = Count(headers, "serials");
        if (serials > 0 && headers.Number("format") < 1)
            Refuse(diagnostics, headers, "serials", "only format 1 and higher has it", "add \"format\": \"1\"");
        if (serials > 0 && models != 1)
            Refuse(diagnostics, headers, "serials", $"it goes with exactly one model, \"models\" has {models}");
        if (headers.Text("force-password-change") == "true" && headers.Text("password") is null or "")
            Refuse(diagnostics, headers, "force-password-change", "there is no \"password\" to change");
        if (models == 0 && headers.Text("since") is { } since && headers.Text("until") is { } until
            && AssertionNames.TryParseTime(since, out DateTimeOffset start)
            && AssertionNames.TryParseTime(until, out DateTimeOffset end) && start.Year < 9999
            && end > start.AddYears(1))
        {
            Refuse(diagnostics, headers, "until", "without \"models\" a user is valid for at most a year",
                "name the models, or bring \"until\" nearer to \"since\"");
        }
    }

    /// <summary>A preseeded snap has both id and revision, or neither.</summary>
    public static void PreseedSnaps(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        foreach (AssertionHeaders snap in Entries(headers, "snaps"))
        {
            if (snap["id"] is null != snap["revision"] is null)
            {
                diagnostics.Add(AssertionRules.HeaderForm, headers.SpanOf("snaps"),
                    $"cannot use \"snaps\": \"{snap.Text("name")}\" needs both \"id\" and \"revision\", or neither");
            }
        }
    }

    /// <summary>A snap that must not be there has no revision.</summary>
    public static void ValidationSetSnaps(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        foreach (AssertionHeaders snap in Entries(headers, "snaps"))
        {
            if (snap.Text("presence") == "invalid" && snap["revision"] is not null)
            {
                diagnostics.Add(AssertionRules.HeaderForm, snap.SpanOf("revision"),
                    $"cannot give a revision of \"{snap.Text("name")}\": its presence is invalid");
            }
        }
    }

    /// <summary>Modes are for bases that have some.</summary>
    public static void RepairBases(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        if (Count(headers, "modes") > 0 && headers["bases"] is HeaderValue.Items { Values: var bases }
            && bases.Any(one => one is HeaderValue.Text { Value: "core" or "core16" or "core18" }))
        {
            Refuse(diagnostics, headers, "bases", "with \"modes\" only bases from core20 on go");
        }
    }

    /// <summary>Subclusters are made of the devices of the cluster.</summary>
    public static void ClusterDevices(AssertionHeaders headers, DiagnosticBag diagnostics)
    {
        HashSet<long> known = [.. Entries(headers, "devices").Select(device => device.Number("id"))];
        foreach (AssertionHeaders subcluster in Entries(headers, "subclusters"))
        {
            HeaderValue.Items? devices = subcluster["devices"] as HeaderValue.Items;
            foreach (HeaderValue device in devices?.Values ?? [])
            {
                if (device is HeaderValue.Text { Value: var text } && AssertionNames.TryParseSigned(text, out long id)
                    && !known.Contains(id))
                {
                    diagnostics.Add(AssertionRules.HeaderForm, device.Span,
                        $"cannot use \"subclusters\": \"{subcluster.Text("name")}\" has a device {id} that \"devices\" "
                            + "does not list");
                }
            }
        }
    }

    private static IEnumerable<AssertionHeaders> Entries(AssertionHeaders headers, string name) =>
        headers[name] is HeaderValue.Items { Values: var items }
            ? items.OfType<HeaderValue.Entries>().Select(item => item.Values)
            : [];

    private static int Count(AssertionHeaders headers, string name) =>
        headers[name] is HeaderValue.Items { Values: var items } ? items.Length : 0;

    private static OpenPgpPublicKey? TryDecode(string text, out string why)
    {
        try
        {
            why = "";
            return AssertionKey.DecodePublicKey(System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (MalformedDataException exception)
        {
            why = exception.Message;
            return null;
        }
    }

    private static bool IsPublicKeyText(string text)
    {
        try
        {
            byte[] bytes = Convert.FromBase64String(text);
            return KeyAlgorithms.Contains(AlgorithmOf(bytes));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string? AlgorithmOf(byte[] subjectPublicKeyInfo)
    {
        try
        {
            return System.Security.Cryptography.X509Certificates.PublicKey
                .CreateFromSubjectPublicKeyInfo(subjectPublicKeyInfo, out _).Oid.Value;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static void Refuse(
        DiagnosticBag diagnostics, AssertionHeaders headers, string name, string why, string? hint = null) =>
        diagnostics.Add(AssertionRules.HeaderForm, headers.SpanOf(name), $"cannot use \"{name}\": {why}", hint);
}
