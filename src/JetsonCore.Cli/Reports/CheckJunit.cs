// `check --junit`: a test case for each file; it fails where the file has errors. Warnings stand in its output.
// Shape: the common denominator of Jenkins, GitLab and others ("testsuites", "testsuite", "testcase", "failure").
using System.Globalization;
using System.Text;
using System.Xml;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Gadget;

namespace JetsonCore.Cli.Reports;

internal static class CheckJunit
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Indent = true,
        NewLineChars = "\n",
        CheckCharacters = false,
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };

    public static void Write(IReadOnlyList<GadgetReport> reports, TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Settings))
        {
            string tests = reports.Count.ToString(CultureInfo.InvariantCulture);
            string failures = reports.Count(report => !report.IsOk).ToString(CultureInfo.InvariantCulture);
            xml.WriteStartElement("testsuites");
            WriteCounts(xml, tests, failures);
            xml.WriteStartElement("testsuite");
            WriteCounts(xml, tests, failures);
            xml.WriteAttributeString("errors", "0");
            xml.WriteAttributeString("skipped", "0");
            foreach (GadgetReport report in reports)
                WriteCase(xml, report);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        output.Write(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        output.Write('\n');
    }

    private static void WriteCounts(XmlWriter xml, string tests, string failures)
    {
        xml.WriteAttributeString("name", "jetson-core check");
        xml.WriteAttributeString("tests", tests);
        xml.WriteAttributeString("failures", failures);
    }

    private static void WriteCase(XmlWriter xml, GadgetReport report)
    {
        Diagnostic[] errors = [.. report.Diagnostics.Items.Where(item => item.Severity == Severity.Error)];
        Diagnostic[] others = [.. report.Diagnostics.Items.Where(item => item.Severity != Severity.Error)];
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", report.Subject);
        xml.WriteAttributeString("name", Valid(report.Path));
        if (errors.Length > 0)
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("message", Valid(errors[0].Message));
            xml.WriteAttributeString("type", errors[0].Rule.Code);
            xml.WriteString(Text(errors, report));
            xml.WriteEndElement();
        }
        if (others.Length > 0)
            xml.WriteElementString("system-out", Text(others, report));
        xml.WriteEndElement();
    }

    private static string Text(IEnumerable<Diagnostic> findings, GadgetReport report)
    {
        using var text = new StringWriter { NewLine = "\n" };
        foreach (Diagnostic finding in findings)
            DiagnosticPrinter.Print(finding, text, finding.Path == report.Path ? report.Source : null);
        return Valid(text.ToString());
    }

    /// <summary>XML has no control characters.</summary>
    private static string Valid(string text) =>
        string.Concat(text.Select(letter => XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter) ? letter : '?'));
}
