// The headers "plugs" and "slots" of snap- and base-declarations: which snaps may have, and connect, an interface.
//
//   plugs:
//     INTERFACE: true | false | a map of the six rules below
//       allow-installation: true | false | constraints | a list of alternative constraints
//       deny-installation, allow-connection, deny-connection, allow-auto-connection, deny-auto-connection: the same
//
// Spec and peer: snapd asserts/ifacedecls.go, constraint.go. A rule for installation may hold unknown constraints
// alone, one for connections may not: so it is in snapd 2.57.6.
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

internal sealed class InterfaceRules
{
    private const int PlainFormat = 1, ScopeFormat = 3, NamesFormat = 4;
    private const string SideWords = "a whole number of at least 1, or *";

    private static readonly ImmutableArray<string> Subrules =
    [
        "allow-installation", "deny-installation", "allow-connection", "deny-connection", "allow-auto-connection",
        "deny-auto-connection",
    ];

    private static readonly ImmutableArray<string> Sides = ["slots-per-plug", "plugs-per-slot"];

    private readonly string _side, _other;

    private InterfaceRules(string side, string other) => (_side, _other) = (side, other);

    /// <summary>The rules of "plugs".</summary>
    public static InterfaceRules OfPlugs { get; } = new("plug", "slot");

    /// <summary>The rules of "slots".</summary>
    public static InterfaceRules OfSlots { get; } = new("slot", "plug");

    /// <summary>Reports what is wrong with all rules of a side.</summary>
    public void Check(HeaderValue value, HeaderPlace place) => LeastFormat(value, place);

    /// <summary>The lowest format of a snap-declaration that has everything these rules use.</summary>
    public int LeastFormat(HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Entries { Values: var interfaces })
        {
            place.Refuse(value.Span, "it must be a map");
            return PlainFormat;
        }
        int format = PlainFormat;
        foreach ((string name, HeaderValue rule) in interfaces.All)
            format = Math.Max(format, CheckRule(rule, place.Within($"the rule of \"{name}\"")));
        return format;
    }

    private int CheckRule(HeaderValue value, HeaderPlace place)
    {
        if (IsShortcut(value))
            return PlainFormat;
        if (value is not HeaderValue.Entries { Values: var rules })
        {
            place.Refuse(value.Span, "it must be a map, or true or false");
            return PlainFormat;
        }
        if (!Subrules.Any(name => rules[name] is not null))
            place.Refuse(value.Span, $"it has none of {string.Join(", ", Subrules)}");
        int format = PlainFormat;
        foreach (string name in Subrules)
        {
            HeaderPlace here = place.Within($"\"{name}\"");
            switch (rules[name])
            {
                case HeaderValue.Items { Values: var alternatives }:
                    foreach (HeaderValue alternative in alternatives)
                        format = Math.Max(format, CheckConstraints(name, alternative, here, mayBeShortcut: false));
                    break;
                case { } only:
                    format = Math.Max(format, CheckConstraints(name, only, here, mayBeShortcut: true));
                    break;
            }
        }
        return format;
    }

    private int CheckConstraints(string subrule, HeaderValue value, HeaderPlace place, bool mayBeShortcut)
    {
        if (mayBeShortcut && IsShortcut(value))
            return PlainFormat;
        if (value is not HeaderValue.Entries { Values: var given })
        {
            place.Refuse(value.Span, mayBeShortcut ? "it must be a map, or true or false" : "it must be a map");
            return PlainFormat;
        }
        bool installs = subrule.EndsWith("-installation", StringComparison.Ordinal);
        string[] sides = installs ? [_side] : [_side, _other];
        int format = PlainFormat;
        bool isEmpty = true;
        foreach (string side in sides)
        {
            if (given[$"{side}-names"] is { } names)
            {
                format = Math.Max(format, NamesFormat);
                NameConstraints.Check(names, place.Within($"\"{side}-names\""));
                isEmpty = false;
            }
            if (given[$"{side}-attributes"] is { } attributes)
            {
                format = Math.Max(format,
                    new AttributeConstraints(place.Within($"\"{side}-attributes\"")).Check(attributes));
                isEmpty = false;
            }
        }
        isEmpty &= CheckIds(installs, given, place);
        isEmpty &= CheckSides(subrule, given, place);
        if (DeviceScope.Check(given, place))
        {
            format = Math.Max(format, ScopeFormat);
            isEmpty = false;
        }
        if (isEmpty && !installs)
            place.Refuse(value.Span, "it has no constraint");
        return format;
    }

    private bool CheckIds(bool installs, AssertionHeaders given, HeaderPlace place)
    {
        string side = installs ? _side : _other;
        ImmutableArray<HeaderRule> rules =
        [
            HeaderForms.May($"{side}-snap-type", new HeaderForm.Texts(
                text => text is "core" or "kernel" or "gadget" or "app", "core, kernel, gadget or app")),
            HeaderForms.May($"{side}-snap-id", new HeaderForm.Texts(AssertionNames.IsSnapId, "a snap id")),
        ];
        if (!installs)
        {
            rules = rules.Add(HeaderForms.May($"{side}-publisher-id", new HeaderForm.Texts(
                text => AssertionNames.IsAccountId(text) || NameConstraints.IsSpecial(text),
                "an account id or a $MARKER")));
        }
        HeaderJudge.JudgeAll(rules, given, place);
        return rules.All(rule => given[rule.Name] is null);
    }

    private static bool CheckSides(string subrule, AssertionHeaders given, HeaderPlace place)
    {
        bool isEmpty = true;
        foreach (string name in Sides.Where(name => given[name] is not null))
        {
            isEmpty = false;
            if (!subrule.StartsWith("allow-", StringComparison.Ordinal)
                || subrule.EndsWith("-installation", StringComparison.Ordinal))
            {
                place.Refuse(given.SpanOf(name), $"\"{name}\" is for what allows connections only");
            }
            else if (given.Text(name) is not { } text
                || !(text is "*" || (AssertionNames.TryParseSigned(text, out long number) && number >= 1)))
            {
                place.Refuse(given.SpanOf(name), $"\"{name}\" must be {SideWords}");
            }
        }
        switch (given["on-classic"])
        {
            case null:
                return isEmpty;
            case HeaderValue.Text { Value: "true" or "false" }:
                return false;
            case HeaderValue.Items items:
                HeaderJudge.Judge(new HeaderForm.Texts(AssertionNames.IsDistribution, "the id of a system"), items,
                    place.Within("\"on-classic\""));
                return false;
            case { Span: var span }:
                place.Refuse(span, "\"on-classic\" must be true, false or a list of systems");
                return false;
        }
    }

    private static bool IsShortcut(HeaderValue value) => value is HeaderValue.Text { Value: "true" or "false" };
}
