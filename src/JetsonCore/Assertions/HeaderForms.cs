// The forms by the names that the rows of the table use. Patterns are those of snapd 2.57.6 (asserts, snap/naming).
using System.Text.RegularExpressions;

namespace JetsonCore.Assertions;

internal static partial class HeaderForms
{
    private static readonly string[] Risks = ["stable", "candidate", "beta", "edge"];

    public static readonly HeaderForm AnyText = new HeaderForm.AnyText();
    public static readonly HeaderForm Text = new HeaderForm.Text(_ => true, "text that is not empty");
    public static readonly HeaderForm Time = new HeaderForm.Time();
    public static readonly HeaderForm Size = new HeaderForm.Size();
    public static readonly HeaderForm YesOrNo = new HeaderForm.YesOrNo();
    public static readonly HeaderForm Number1 = new HeaderForm.Number(1);
    public static readonly HeaderForm AnyNumber = new HeaderForm.Number(long.MinValue);
    public static readonly HeaderForm Digest =
        new HeaderForm.Text(AssertionNames.IsDigest, "a SHA3-384 digest in base64url, 64 characters");

    public static readonly HeaderForm AccountId = new HeaderForm.Text(AssertionNames.IsAccountId,
        "an account id: 32 letters and digits, or 2 to 28 lower-case letters, digits and dashes");

    public static readonly HeaderForm SnapId =
        new HeaderForm.Text(AssertionNames.IsSnapId, "a snap id of 32 letters and digits");

    public static readonly HeaderForm SnapName = new HeaderForm.Text(SnapNames.IsSnapName, "a snap name");
    public static readonly HeaderForm ModelName =
        new HeaderForm.Text(AssertionNames.IsModelName, "lower-case letters, digits and single inner dashes");

    public static readonly HeaderForm LowerWords =
        new HeaderForm.Text(AssertionNames.IsModelName, "lower-case letters, digits and single inner dashes");

    public static readonly HeaderForm HeaderWords =
        new HeaderForm.Text(AssertionNames.IsHeaderName, "lower-case words joined by dashes");

    public static readonly HeaderForm KeyName = new HeaderForm.Text(text => KeyNamePattern().IsMatch(text),
        "the name of a key: lower-case letters, at least one, digits and single inner dashes");

    public static readonly HeaderForm Provenance = new HeaderForm.Text(text => WordsPattern().IsMatch(text),
        "letters, digits and single inner dashes");

    public static readonly HeaderForm UserName = new HeaderForm.Text(text => UserNamePattern().IsMatch(text),
        "the name of a system user: lower-case letters, digits and \"+-._\", beginning with a letter or digit");

    public static readonly HeaderForm OneLine =
        new HeaderForm.Text(text => !text.AsSpan().ContainsAny('\n', '\r'), "text of one line");

    public static readonly HeaderForm EmailAddress =
        new HeaderForm.Text(MailAddress.IsValid, "an e-mail address of RFC 5322");

    public static readonly HeaderForm MessageId = new HeaderForm.Text(text => MessageIdPattern().IsMatch(text),
        "4 to 16 letters and digits, perhaps \"-\" and a number from 1");

    public static readonly HeaderForm MessageKind =
        new HeaderForm.Text(text => MessageKindPattern().IsMatch(text), "lower-case words joined by dashes");

    public static readonly HeaderForm AnyCaseName =
        new HeaderForm.Text(IsAnyCaseName, "letters, digits and single inner dashes");

    public static readonly HeaderForm AccountIds = new HeaderForm.Texts(AssertionNames.IsAccountId, "an account id");
    public static readonly HeaderForm Authentications =
        new HeaderForm.Texts(text => text is "operator-key" or "store", "operator-key or store");

    public static readonly HeaderForm ViewNames = new HeaderForm.Texts(
        text => text.Split('/') is [not "", not "", not ""], "ACCOUNT/CONFDB/VIEW");

    public static readonly HeaderForm Views =
        new HeaderForm.Special("a map of views, each with a list of rules", ConfdbViews.Check);

    public static readonly HeaderForm Numbers = new HeaderForm.Texts(
        text => AssertionNames.TryParseSigned(text, out _), "a whole number");

    public static readonly HeaderForm InstanceName =
        new HeaderForm.Text(IsInstanceName, "the name of a snap, perhaps with _ and the key of an instance");

    public static readonly HeaderForm Channel =
        new HeaderForm.Text(IsChannel, "a channel: TRACK/RISK/BRANCH with parts left out");

    public static readonly HeaderForm DeviceId = new HeaderForm.Text(IsDeviceId, "SERIAL.MODEL.BRAND");
    public static readonly HeaderForm DeviceIds = new HeaderForm.Texts(IsDeviceId, "SERIAL.MODEL.BRAND");
    public static readonly HeaderForm Assumptions = new HeaderForm.Texts(text => AssumptionPattern().IsMatch(text),
        "a feature or snapd with its version");

    public static readonly HeaderForm AnyTexts = new HeaderForm.Texts(_ => true, "a text");
    public static readonly HeaderForm SnapNameList = new HeaderForm.Texts(SnapNames.IsSnapName, "a snap name");
    public static readonly HeaderForm RepairModes =
        new HeaderForm.Texts(text => text is "run" or "recover", "run or recover");

    public static readonly HeaderForm Presence = new HeaderForm.Choice(["", "required", "optional", "invalid"]);
    public static readonly HeaderForm Aliases = new HeaderForm.Texts(IsAlias, "an alias");
    public static readonly HeaderForm AliasMaps = new HeaderForm.Maps(
        [
            Must("name", new HeaderForm.Text(IsAlias, "an alias: letters, digits and \"-_.\"")),
            Must("target", new HeaderForm.Text(text => WordsPattern().IsMatch(text), "the name of an app")),
        ],
        ["name"]);

    public static readonly HeaderForm Password =
        new HeaderForm.Special("a password hashed as $6$salt$hash, see crypt(5)", CryptHash.Check);

    public static readonly HeaderForm StoreUrl =
        new HeaderForm.Special("an http or https address without query and fragment", WebAddress.Check);

    public static readonly HeaderForm PublicKey =
        new HeaderForm.Special("a public key in its envelope", HeaderChecks.PublicKey);

    public static readonly HeaderForm Developers =
        new HeaderForm.Special("a list of maps of developer-id, since, until", DeveloperRules.Check);

    public static readonly HeaderForm RevisionAuthorities = new HeaderForm.Special(
        "a list of maps of account-id, provenance, min-revision, max-revision and device scope",
        RevisionAuthority.Check);

    public static readonly HeaderForm PlugRules = new HeaderForm.Special(
        "a map of interfaces, each with rules for installation and connection", InterfaceRules.OfPlugs.Check);

    public static readonly HeaderForm SlotRules = new HeaderForm.Special(
        "a map of interfaces, each with rules for installation and connection", InterfaceRules.OfSlots.Check);

    /// <summary>A header that must be there.</summary>
    public static HeaderRule Must(string name, HeaderForm form) => new(name, form, IsMandatory: true);

    /// <summary>A header that may be missing.</summary>
    public static HeaderRule May(string name, HeaderForm form) => new(name, form, IsMandatory: false);

    private static bool IsAlias(string text) => AliasPattern().IsMatch(text);

    private static bool IsDeviceId(string text) =>
        text.Split('.') is [not "", var model, var brand]
            && IsAnyCaseName(model) && AssertionNames.IsAccountId(brand);

    private static bool IsInstanceName(string text) => text.Split('_') switch
    {
        [var name] => SnapNames.IsSnapName(name),
        [var name, { Length: >= 1 and <= 10 } key] => SnapNames.IsSnapName(name)
            && key.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter)),
        _ => false,
    };

    private static bool IsChannel(string text) => text.Split('/') switch
    {
        [not ""] => true,
        [not "" and var first, not "" and var second] => Risks.Contains(first) || Risks.Contains(second),
        [not "", var risk, not ""] => Risks.Contains(risk),
        _ => false,
    };

    private static bool IsAnyCaseName(string text) =>
        text.All(char.IsAscii) && AssertionNames.IsModelName(text.ToLowerInvariant());

    [GeneratedRegex(@"^(?:[a-z0-9]+-?)*[a-z](?:-?[a-z0-9])*\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex KeyNamePattern();

    [GeneratedRegex(@"^[a-zA-Z0-9](?:-?[a-zA-Z0-9])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex WordsPattern();

    [GeneratedRegex(@"^[a-zA-Z0-9][-_.a-zA-Z0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex AliasPattern();

    [GeneratedRegex(@"^[a-z0-9][-a-z0-9+._]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex UserNamePattern();

    [GeneratedRegex(@"^[a-zA-Z0-9]{4,16}(?:-0*[1-9][0-9]{0,17})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex MessageIdPattern();

    [GeneratedRegex(@"^[a-z]+(?:-[a-z]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex MessageKindPattern();

    [GeneratedRegex(@"^(?:snapd[1-9][0-9]*(?:\.[0-9]+)*|[a-z]+(?:-[a-z]+)*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex AssumptionPattern();
}
