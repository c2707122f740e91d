// snapd's own `snap debug validate-seed` over what `fs extract` takes out of a built image, with the public test keys
// trusted: what it takes and refuses, `seed check` takes and refuses.
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class ValidateSeedTests : IDisposable
{
    private readonly VouchedDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Snap_takes_the_seed_of_an_image_and_refuses_damaged_ones()
    {
        OracleResult built = _device.Build("good", VouchedDevice.Statements);
        Assert.True(built.ExitCode == 0, built.Error);
        // What the seed's assertions say of its snaps.
        JsonNode inspected = JsonNode.Parse(_device.Run("inspect", "--json", "good/tiny.img"))!["files"]![0]!;
        Assert.Equal(VouchedDevice.Snaps.Select(snap => $"{VouchedDevice.NameOf(snap.Name)} yes 7 brand").Order(StringComparer.Ordinal),
            inspected["snaps"]!.AsArray().Select(snap => $"{snap!["name"]} {snap["isAsserted"]} {snap["revision"]} {snap["publisher"]}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(("brand", "tiny", _device.KeyId), ((string?)inspected["models"]![0]!["signedBy"],
            (string?)inspected["models"]![0]!["model"], (string?)inspected["models"]![0]!["signKey"]));
        string seed = Extract("good");
        OracleResult good = SnapdJudge.ValidateSeed(Path.Combine(seed, "seed.yaml"));
        Assert.True(good.ExitCode == 0, good.Error);
        Assert.Equal(0, _device.TryRun("seed", "check", "--trust", "test-root.assert", seed).ExitCode);

        string kernel = Path.Combine(seed, "snaps", "tiny-kernel_7.snap"), yaml = Path.Combine(seed, "seed.yaml");
        string key = Assert.Single(Directory.GetFiles(Path.Combine(seed, "assertions"), "*.account-key"),
            path => File.ReadAllText(path).Contains("account-id: brand\n", StringComparison.Ordinal));
        Refused(seed, kernel, [.. File.ReadAllBytes(kernel), 0]);
        Refused(seed, kernel, null);
        Refused(seed, key, null);
        Refused(seed, yaml, [.. File.ReadAllBytes(yaml), .. "- name: more\n  unasserted: true\n  file: more_x1.snap\n"u8]);
        foreach (string revision in Directory.GetFiles(Path.Combine(seed, "assertions"), "*.snap-revision"))
            Refused(seed, revision, null);
    }

    [Fact]
    public void A_model_with_its_chain_behind_it_is_taken_as_it_is()
    {
        _device.Run("sign", "-k", "tester", "--update-timestamp", "--chain", "--assertion", "account.assert", "--assertion", "key.assert",
            "model.json", "-o", "chained.model");
        _device.Run("verify", "--trust", "test-root.assert", "chained.model");
        string[] build = ["build", "--gadget", "gadget.snap", "--kernel", "kernel.snap", "--snap", "core18.snap", "--snap", "snapd.snap",
            "--trust", "test-root.assert"];
        string[] statements = [.. VouchedDevice.Statements.Skip(4)];
        OracleResult built = _device.TryRun([.. build, "--model", "chained.model", "-O", "chained", .. statements]);
        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Equal(0, _device.Build("apart", VouchedDevice.Statements).ExitCode);
        Assert.Equal(File.ReadAllText(_device.File("apart", "SHA256SUMS")), File.ReadAllText(_device.File("chained", "SHA256SUMS")));

        OracleResult none = _device.TryRun([.. build, "--model", "key.assert", "-O", "none", .. statements]);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("key.assert: error[JC3005]: cannot take the model of the file: it has none", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Snap_refuses_the_seed_whose_model_nobody_vouches_for()
    {
        OracleResult refused = _device.Build("refused");
        Assert.Equal(1, refused.ExitCode);
        Assert.False(Directory.Exists(_device.File("refused")) && Directory.GetFiles(_device.File("refused")).Length > 0);
        Assert.Equal(0, _device.Build("unvouched", "--allow-unvouched").ExitCode);
        OracleResult answer = SnapdJudge.ValidateSeed(Path.Combine(Extract("unvouched"), "seed.yaml"));
        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("cannot resolve prerequisite assertion: account-key", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_statement_of_a_user_lies_where_snapd_imports_it_with_all_that_it_needs()
    {
        _device.Run("system-user", "-k", "tester", "--brand", "brand", "--email", "me@example.com", "--username", "me", "-o", "me.assert");
        OracleResult built = _device.Build("out", [.. VouchedDevice.Statements, "--auto-import", "me.assert"]);
        Assert.True(built.ExitCode == 0, built.Error);
        _device.Run("fs", "extract", $"{Image("out")}:writable", "root", "/auto-import.assert");
        OracleResult judged = SnapdJudge.Run("verify", _device.File("test-root.assert"), _device.File("root", "auto-import.assert"));
        Assert.True(judged.ExitCode == 0, judged.Error);
        string text = File.ReadAllText(_device.File("root", "auto-import.assert"));
        Assert.Contains("type: system-user\n", text, StringComparison.Ordinal);
        Assert.Contains("type: account-key\n", text, StringComparison.Ordinal);

        _device.Run("system-user", "-k", "tester", "--brand", "other", "--email", "me@example.com", "--username", "me", "-o", "no.assert");
        OracleResult refused = _device.Build("no", [.. VouchedDevice.Statements, "--auto-import", "no.assert"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("no.assert", refused.Error, StringComparison.Ordinal);
        Assert.Contains("the model's brand is \"brand\"", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>Both refuse the seed with a file of it changed, or gone; then it is as before.</summary>
    private void Refused(string seed, string path, byte[]? change)
    {
        byte[] before = File.ReadAllBytes(path);
        if (change is null)
            File.Delete(path);
        else
            File.WriteAllBytes(path, change);
        int snapd = SnapdJudge.ValidateSeed(Path.Combine(seed, "seed.yaml")).ExitCode;
        int ours = _device.TryRun("seed", "check", "--trust", "test-root.assert", seed).ExitCode;
        Assert.True((snapd, ours) == (1, 1), $"{path}: snap ends with {snapd}, seed check with {ours}");
        File.WriteAllBytes(path, before);
    }

    private string Image(string output) => Assert.Single(Directory.GetFiles(_device.File(output), "*.img"));

    private string Extract(string output)
    {
        string root = _device.File($"{output}-root");
        _device.Run("fs", "extract", $"{Image(output)}:writable", root);
        return Path.Combine(root, "system-data", "var", "lib", "snapd", "seed");
    }
}
