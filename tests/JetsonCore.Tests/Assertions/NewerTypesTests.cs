// Types that the judge at hand (snapd 2.57.6) does not know: a text of each that is taken, and changes that must be
// refused or taken, as later sources and their tests have it; Types.md names them.
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.Diagnostics;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public sealed class NewerTypesTests
{
    private const string Digest = "QlqR0uAWEAWF5Nwnzj5kqmmwFslYPu1IL16MKtLKhwhv0kpBv5wKZ_axf_nf_2cL";
    private const string Ec = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==";

    private const string Resource = $"""
        type: snap-resource-revision
        authority-id: a-store
        snap-id: a-snap
        resource-name: extra
        resource-sha3-384: {Digest}
        resource-revision: 3
        resource-size: 4096
        developer-id: dev
        timestamp: 2025-02-01T00:00:00Z
        """;

    private const string Pair = """
        type: snap-resource-pair
        authority-id: a-store
        snap-id: a-snap
        resource-name: extra
        resource-revision: 3
        snap-revision: 7
        developer-id: dev
        timestamp: 2025-02-01T00:00:00Z
        """;

    private const string Schema = """
        type: confdb-schema
        authority-id: brand
        account-id: brand
        name: net
        summary: how to reach us
        views:
          admin:
            rules:
              -
                request: proxy
                storage: net.proxy
                access: read-write
              -
                storage: net.name
        timestamp: 2025-02-01T00:00:00Z
        """;

    private const string SchemaBody = """
        {
          "storage": {
            "schema": {
              "name": "string",
              "net": {
                "values": [],
                "z": {}
              }
            }
          }
        }
        """;

    private const string Control = """
        type: confdb-control
        brand-id: brand
        model: board
        serial: 00-11
        groups:
          -
            operators:
              - anna
            authentications:
              - operator-key
              - store
            views:
              - brand/net/admin
        """;

    private const string Cluster = """
        type: cluster
        authority-id: brand
        cluster-id: farm
        sequence: 2
        devices:
          -
            id: 1
            brand-id: brand
            model: board
            serial: 00-11
            addresses:
              - 10.1.1.1
          -
            id: 5
            brand-id: brand
            model: board
            serial: 00-12
        subclusters:
          -
            name: front
            devices:
              - 1
              - 5
            snaps:
              -
                state: clustered
                instance: web
                channel: 24/stable
        timestamp: 2025-02-01T00:00:00Z
        """;

    private const string Request = """
        type: request-message
        authority-id: a-store
        account-id: brand
        message-id: m1Xy-4
        message-kind: ask-it
        devices:
          - 00:11.Board.brand
        assumes:
          - snapd2.70
          - some-thing
        valid-since: 2025-02-01T00:00:00Z
        valid-until: 2025-03-01T00:00:00Z
        timestamp: 2025-02-01T00:00:00Z
        """;

    private const string Response = """
        type: response-message
        account-id: brand
        message-id: m1Xy
        device: 00:11.board.brand
        status: rejected
        timestamp: 2025-02-01T00:00:00Z
        """;

    private static readonly string Hardware = $"""
        type: hardware-identity
        authority-id: maker
        issuer-id: maker
        manufacturer: A Maker
        hardware-name: Board-2
        hardware-id: 00-11
        hardware-id-key: {Ec}
        hardware-id-key-sha3-384: {AssertionDigest.Of(Encoding.UTF8.GetBytes(Ec))}
        """;

    private static bool IsTaken(string headers, string body)
    {
        string length = body is "" ? "" : $"\nbody-length: {Encoding.UTF8.GetByteCount(body)}";
        string text = $"{headers.TrimEnd('\n')}{length}\nsign-key-sha3-384: {Digest}\n\n{(body is "" ? "" : $"{body}\n\n")}AXNpZw==";
        return AssertionFile.ReadAll(Encoding.UTF8.GetBytes(text), "case", new DiagnosticBag()) is [_];
    }

    /// <summary>Each change is the text replaced, a "|", what replaces it; "!" before it: it is refused.</summary>
    private static void Judge(string headers, string body, params string[] changes)
    {
        Assert.True(IsTaken(headers, body), headers);
        var wrong = new StringBuilder();
        foreach (string change in changes)
        {
            string[] parts = change.TrimStart('!').Split('|');
            Assert.Contains(parts[0], headers, StringComparison.Ordinal);
            if (IsTaken(headers.Replace(parts[0], parts[1], StringComparison.Ordinal), body) == change.StartsWith('!'))
                wrong.Append(change).Append('\n');
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    /// <summary>Every header there must be: left out, and empty.</summary>
    private static string[] Mandatory(string headers, params string[] optional) =>
    [
        .. headers.Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal) && char.IsAsciiLetterLower(line[0]))
            .Where(line => !line.StartsWith("type", StringComparison.Ordinal) && !optional.Contains(line.Split(':')[0]))
            .SelectMany(line => (string[])[$"!{line}\n|", $"!{line}\n|{line.Split(':')[0]}: \n"]),
    ];

    [Fact]
    public void Revisions_of_resources() => Judge(Resource + "\n", "",
    [
        .. Mandatory(Resource + "\n"), "!extra|--extra", "!extra|Extra", $"!{Digest}|#", $"!{Digest}|eHl6", "!4096|-1", "!4096|zz", "4096|0",
        "!revision: 3|revision: 0", "!revision: 3|revision: -1", "!revision: 3|revision: x", "a-snap|a-snap\nprovenance: prov",
        "!a-snap|a-snap\nprovenance: ", "!a-snap|a-snap\nprovenance: *", "!2025-02-01T00:00:00Z|12:30", "!a-snap|a/snap",
    ]);

    [Fact]
    public void Pairs_of_resources() => Judge(Pair + "\n", "",
    [
        .. Mandatory(Pair + "\n"), "!extra|--extra", "!resource-revision: 3|resource-revision: 0", "!snap-revision: 7|snap-revision: 0",
        "!snap-revision: 7|snap-revision: x", "a-snap|a-snap\nprovenance: prov", "!a-snap|a-snap\nprovenance: *", "!2025-02-01T00:00:00Z|12:30",
    ]);

    [Fact]
    public void Schemas_of_confdb()
    {
        Judge(Schema + "\n", SchemaBody,
        [
            .. Mandatory(Schema + "\n", "summary"), "!account-id: brand|account-id: other", "!net\n|n+t\n", "!net\n|n/t\n", "!read-write|update",
            "read-write|read", "!rules:|ruins:", "!storage: net.proxy\n        |", "summary: how to reach us\n|",
            "!views:\n|views: x\nother:\n", "!views:\n|other:\n",
        ]);
        foreach (string body in (string[])
            ["", "  - x", "{}", "null", "{\n  \"storage\": {}\n}", SchemaBody.Replace("  ", "\t", StringComparison.Ordinal),
                SchemaBody.Replace("\"name\"", "\"zone\"", StringComparison.Ordinal), SchemaBody + "\n",
                SchemaBody.Replace("\"z\": {}", "\"z\": { }", StringComparison.Ordinal)])
        {
            Assert.False(IsTaken(Schema, body), body);
        }
    }

    [Fact]
    public void Controls_of_confdb()
    {
        Judge(Control + "\n", "",
        [
            .. Mandatory(Control + "\n"), "!brand-id: brand|brand-id: 4#", "!board|#", "!board|Board", "!groups:|groups: x\nother:",
            "!groups:\n|groups:\n  - x\n", "!- anna|- @anna", "!- store|- shop", "!brand/net/admin|brand", "!brand/net/admin|brand/net/",
            "!operators:|opera:", "!authentications:|auth:", "!views:|vistas:", "!brand-id: brand|authority-id: brand\nbrand-id: brand",
        ]);
        Assert.True(IsTaken(Control[..Control.IndexOf("\ngroups", StringComparison.Ordinal)], ""));
    }

    [Fact]
    public void Clusters() => Judge(Cluster + "\n", "",
    [
        .. Mandatory(Cluster + "\n", "timestamp"), "!sequence: 2|sequence: 0", "!id: 5|id: 1", "!id: 5|id: x", "!- 5|- 6", "!- 5|- x",
        "!model: board|model: Board", "!brand-id: brand|brand-id: Brand", "!state: clustered|state: gone", "!instance: web|instance: w eb",
        "instance: web|instance: web_a1", "!instance: web|instance: web_", "!24/stable|a//b", "24/stable|edge", "24/stable|24", "!24/stable|24/fast",
        "!    name: front\n|", "!    serial: 00-12\n|", "!addresses:|addresses: x\n    other:", "!devices:\n  -\n|devices: x\nother:\n  -\n",
    ]);

    [Fact]
    public void Requests() => Judge(Request + "\n", "{}",
    [
        .. Mandatory(Request + "\n"), "!account-id: brand|account-id: @9", "m1Xy-4|m1Xy", "m1Xy-4|m1Xy-04", "!m1Xy-4|m1Xy-0", "!m1Xy-4|m1Xy-",
        "!m1Xy-4|m1Xy-a", "!m1Xy-4|m1#y", "!m1Xy-4|m1X", "!ask-it|2#", "!00:11.Board.brand|board", "!00:11.Board.brand|.board.brand",
        "!00:11.Board.brand|a.00:11.board.brand", "!00:11.Board.brand|c.b.a#3", "!00:11.Board.brand|c.b#.abc", "!devices:\n  - 00:11.Board.brand\n|",
        "!some-thing|x3#4", "assumes:\n  - snapd2.70\n  - some-thing\n|", "!assumes:\n  - snapd2.70\n  - some-thing|assumes: x",
        "!2025-03-01|2025-01-01",
    ]);

    [Fact]
    public void A_request_has_a_body() => Assert.False(IsTaken(Request, ""));

    [Fact]
    public void Responses() => Judge(Response + "\n", "",
    [
        .. Mandatory(Response + "\n"), "!rejected|invalid", "rejected|success", "!00:11.board.brand|ab", "!00:11.board.brand|.board.brand",
        "!00:11.board.brand|00:11.bo#.brand", "!m1Xy|m1Xy-0", "m1Xy|m1Xy-12", "!account-id: brand|authority-id: brand\naccount-id: brand",
    ]);

    [Fact]
    public void Identities_of_hardware() => Judge(Hardware + "\n", "",
    [
        .. Mandatory(Hardware + "\n"), "!issuer-id: maker|issuer-id: other", "!issuer-id: maker|issuer-id: @9", "!Board-2|Board&2",
        $"!{Ec}|something", $"!{Ec}|TUlHZU1BMEdDU3FH", $"!384: |384: {Digest}", "Board-2|board-2",
    ]);
}
