// What lies in system-data besides the seed: the gadget's settings and cloud.conf, and what the user asked for.
//
//   _writable_defaults/…                        settings of gadget.yaml; --disable-console-conf
//   etc/cloud/cloud.cfg                         the gadget's cloud.conf
//   var/lib/cloud/seed/nocloud-net/             --cloud-init: meta-data, user-data
//
// and at the root of the partition, where snapd looks for it when it has seeded; with Ubuntu Core 20 and later in the
// recovery system, from which snapd 2.58 and later import it:
//
//   auto-import.assert                          --auto-import
//
// Peer: snapd image/image_linux.go (installCloudConfig, customizeImage); cmd_auto_import.go; seed/seed20.go
// (LoadAutoImportAssertions).
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using JetsonCore.Formats.Trees;
using JetsonCore.Gadget.Reading;
using JetsonCore.Snaps;

namespace JetsonCore.Seed;

internal static class SeedCustomizer
{
    private const string CloudConf = "cloud.conf", NoCloud = "var/lib/cloud/seed/nocloud-net";

    /// <summary>The files by their paths below system-data; findings about the gadget's settings.</summary>
    public static DirectoryNode SystemFiles(SeedInputs inputs, SnapFile gadget, DiagnosticBag findings)
    {
        SeedCustomization custom = inputs.Customization;
        var root = new DirectoryNode();
        DiagnosticBag ofGadget = findings.About(Path.Join(gadget.Path, GadgetInput.InnerPath));
        if (SystemDefaultFiles.Make(SystemSettings.Of(gadget), default, ofGadget) is { } defaults)
            root.Set(SystemDefaultFiles.Folder, defaults);
        if (custom.DisablesConsoleConf)
        {
            Write(root, $"{SystemDefaultFiles.Folder}/var/lib/console-conf/complete",
                "console-conf has been disabled by image customization\n"u8.ToArray());
        }
        if (gadget.Root.Find(CloudConf) is RegularFileNode { Content: var cloud, Metadata: var metadata })
        {
            root.SetPath("etc/cloud/cloud.cfg",
                new RegularFileNode(FileMetadata.File with { Permissions = metadata.Permissions }, cloud));
        }
        if (custom.CloudInitUserData is { } userData)
        {
            Write(root, $"{NoCloud}/meta-data", "instance-id: nocloud-static\n"u8.ToArray());
            Write(root, $"{NoCloud}/user-data", userData);
        }
        return root;
    }

    /// <summary>The text of auto-import.assert; null where nothing is to be imported, or after findings.</summary>
    public static byte[]? AutoImport(SeedInputs inputs, SeedStatements statements, DiagnosticBag diagnostics)
    {
        SeedCustomization custom = inputs.Customization;
        if (custom.AutoImport.Count == 0)
            return null;
        DiagnosticBag findings = diagnostics.About(custom.AutoImportPath);
        HashSet<Assertion> inSeed = [.. statements.All];
        Assertion[] all =
        [
            .. custom.AutoImport,
            .. inputs.Assertions.Where(one => inSeed.Contains(one)
                && custom.AutoImport.All(given => given.Reference != one.Reference)),
        ];
        AssertionVerifier.Verify(all, inputs.Roots, findings);
        foreach (Assertion user in custom.AutoImport.Where(one => one.Type.Name == "system-user"))
            CheckUser(user, inputs.Model, inputs.ModelAssertion, findings);
        return findings.HasErrors
            ? null : AssertionFile.Encode(all.OrderBy(one => one.Type.Name, StringComparer.Ordinal));
    }

    private static void CheckUser(
        Assertion user, ModelDefinition model, Assertion modelAssertion, DiagnosticBag findings)
    {
        AssertionHeaders headers = user.Headers;
        string? why = null;
        if (headers.Text("brand-id") != model.BrandId)
            why = $"it is for devices of \"{headers.Text("brand-id")}\", the model's brand is \"{model.BrandId}\"";
        else if (Excludes(headers["models"], model.Name))
            why = $"its \"models\" do not name \"{model.Name}\"";
        else if (Excludes(headers["series"], model.Series))
            why = $"its \"series\" do not name \"{model.Series}\"";
        else if (user.AuthorityId != model.BrandId && !MaySign(modelAssertion.Headers, user.AuthorityId ?? ""))
            why = $"\"{user.AuthorityId}\" signed it, whom the model's \"system-user-authority\" does not name";
        if (why is not null)
        {
            findings.Add(SeedRules.AutoImport, headers.SpanOf("email"),
                $"cannot make the user \"{headers.Text("username")}\" on this device: {why}");
        }
    }

    private static bool Excludes(HeaderValue? list, string name) =>
        list is HeaderValue.Items { Values: var items } && !Has(items, name);

    private static bool MaySign(AssertionHeaders model, string account) => model["system-user-authority"] switch
    {
        HeaderValue.Text { Value: "*" } => true,
        HeaderValue.Items { Values: var items } => Has(items, account),
        _ => false,
    };

    private static bool Has(IEnumerable<HeaderValue> items, string text) =>
        items.Any(item => item is HeaderValue.Text { Value: var value } && value == text);

    private static void Write(DirectoryNode root, string path, byte[] bytes) =>
        root.SetPath(path, new RegularFileNode(FileMetadata.File, FileContent.Of(bytes)));
}
