// `seed check` on what `build` makes, and the user that `system-user` makes.
using System.Text;
using System.Text.Json.Nodes;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Cli.Tests.Build;

public sealed class SeedCheckTests : IDisposable
{
    private readonly TinyDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_seed_of_an_image_is_judged_where_it_lies()
    {
        _device.Build("out").MustSucceed();
        string image = Assert.Single(Directory.GetFiles(_device.File("out"), "*.img"));
        OracleResult result = _device.Program.Run("seed", "check", image);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error[JC3301]: cannot trust model", result.Error, StringComparison.Ordinal);
        Assert.Contains("snapd: \"cannot resolve prerequisite assertion: account-key\"", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("4 snaps, 1 assertions: snapd refuses this seed\n", result.Output, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(_device.Program.Run("seed", "check", "--json", image).Output)!;
        Assert.Equal(("jetson-core/seed-check", false, 4), ((string?)json["schema"], (bool)json["ok"]!, (int)json["snaps"]!));
        OracleResult none = _device.Program.Run("seed", "check", "gadget");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("error[JC4210]", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Snapd_reads_the_user_that_is_made()
    {
        _device.Write("key.pub", "from=\"10.0.0.0/8\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@example.com\n");
        byte[] user = _device.Program.RunWithInput(Encoding.UTF8.GetBytes("correct horse\n"), "system-user", "-k", "tester",
            "--brand", "brand", "--email", "me@example.com", "--username", "me", "--ssh-key", "key.pub", "--password-env", "-").OutputBytes;
        _device.Write("user.assert", user);
        string decoded = SnapdJudge.Run("decode", _device.File("user.assert")).MustSucceed();
        Assert.Contains("\"username\":\"me\"", decoded, StringComparison.Ordinal);
        Assert.Contains("\"password\":\"$6$", decoded, StringComparison.Ordinal);
        OracleResult refused = _device.Program.Run("system-user", "-k", "tester", "--brand", "brand", "--email", "me@example.com",
            "--username", "me", "--days", "400");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("without \"models\" a user is valid for at most a year", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh-ed25519 AAAA me@example.com\n", "error[JC3416]: cannot take line 1 as a public SSH key")]
    [InlineData("# mine\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n", "this is a private key")]
    [InlineData("\n", "cannot take a public SSH key from it: there is none")]
    public void No_other_key_gets_into_the_statement_of_a_user(string keys, string why)
    {
        _device.Write("keys", keys);
        OracleResult refused = _device.Program.Run("system-user", "-k", "tester", "--brand", "brand", "--email", "me@example.com",
            "--username", "me", "--ssh-key", "keys");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }

    [Theory]
    [InlineData("a\0b\n", "it has several lines, or a zero byte")]
    [InlineData("\n", "there is none")]
    [InlineData("p\uFFFF", "it is not UTF-8")]
    public void A_password_that_no_device_would_check_as_typed_is_refused(string password, string why)
    {
        byte[] typed = password.Contains('\uFFFF', StringComparison.Ordinal) ? [0x70, 0xFF] : Encoding.UTF8.GetBytes(password);
        OracleResult refused = _device.Program.RunWithInput(typed, "system-user", "-k", "tester", "--brand", "brand", "--email",
            "me@example.com", "--username", "me", "--password-env", "-");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, _device.Program.Run("system-user", "-k", "tester", "--brand", "brand", "--email", "me@example.com",
            "--username", "me", "--days", "99999999", "--model", "tiny").ExitCode);
    }
}
