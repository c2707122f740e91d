// What can be wrong with databases of notices.
using JetsonCore.Diagnostics;

namespace JetsonCore.Notices;

/// <summary>The rules.</summary>
public static class NoticeRules
{
    /// <summary>A database is JSON.</summary>
    public static readonly Rule Syntax =
        new("JC4510", Severity.Error, "a database of notices is JSON, with texts of bounded length");

    /// <summary>A database has a form that is known.</summary>
    public static readonly Rule Form =
        new("JC4511", Severity.Error, "a database of notices is Ubuntu's, or one of OSV, OpenVEX or CSAF");

    /// <summary>Packages are of a release that notices can be for.</summary>
    public static readonly Rule Release =
        new("JC4512", Severity.Warning, "it is known which release packages are of, or no notice can be found");
}
