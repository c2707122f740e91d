// What `doctor` has seen, for people and for programs.
using JetsonCore.Cli.Reports;

namespace JetsonCore.Cli.Doctor;

internal static class DoctorReport
{
    private const int WordWidth = 7, NameWidth = 13;

    public static void WriteText(IReadOnlyList<HealthCheck> checks, TextWriter output)
    {
        foreach (HealthCheck check in checks)
        {
            string verbs = check.Health != Health.Good && check.Verbs.Count > 0
                ? $" [{string.Join(", ", check.Verbs)}]" : "";
            output.WriteLine($"{Word(check.Health).PadRight(WordWidth)}  {check.Name.PadRight(NameWidth)}  "
                + $"{check.Message}{verbs}");
            if (check.Health != Health.Good && check.Remedy is { } remedy)
                output.WriteLine($"  hint: {remedy}");
        }
    }

    public static void WriteJson(IReadOnlyList<HealthCheck> checks, bool isOk, TextWriter output) =>
        JsonReport.WriteDocument(output, json =>
        {
            json.WriteString("schema", "jetson-core/doctor");
            json.WriteNumber("version", 1);
            json.WriteBoolean("ok", isOk);
            json.WriteStartArray("checks");
            foreach (HealthCheck check in checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("health", Word(check.Health));
                json.WriteString("message", check.Message);
                json.WriteStartArray("verbs");
                foreach (string verb in check.Verbs)
                    json.WriteStringValue(verb);
                json.WriteEndArray();
                JsonReport.WriteText(json, "remedy", check.Remedy);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });

    private static string Word(Health health) => health switch
    {
        Health.Good => "ok",
        Health.Odd => "odd",
        Health.Absent => "missing",
        Health.Broken => "broken",
    };
}
