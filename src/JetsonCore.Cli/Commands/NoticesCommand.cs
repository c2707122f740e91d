// `jetson-core notices DB OUT|SNAP…`: which packages have open notices; printed as review-tools.check-notices does.
using System.CommandLine;
using JetsonCore.Artefacts;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Formats.Trees;
using JetsonCore.Materials;
using JetsonCore.Notices;

namespace JetsonCore.Cli.Commands;

internal static class NoticesCommand
{
    public static Command Create(Terminal terminal)
    {
        var database = new Argument<string>("DB")
        {
            Description = "Ubuntu's database.json, advisories of OSV, or statements of OpenVEX or CSAF; packed or not",
        };
        var paths = new Argument<string[]>("ARTEFACT")
        {
            Description = "the folder of a build, an image, a snap; also an address in one",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("notices", """
            Say which packages in which snaps have open security notices

            Prints {"SNAP": {"REVISION": {"PACKAGE": ["NOTICE", …]}}}, as review-tools.check-notices does, and {} where
            there are none. A notice is open where the package is older than the one that mends it, as dpkg compares
            versions. What snaps hold is what dpkg or snapcraft recorded in them; see `jetson-core sbom`. No network is
            used: fetch https://usn.ubuntu.com/usn-db/database.json.bz2 first. Exit code 1 where there are notices, or
            where something could not be looked into.

            Examples:
              jetson-core notices database.json.bz2 out
              jetson-core notices database.json snaps/*.snap
              jetson-core notices debian-osv.json base.snap
            """)
        {
            database, paths,
        };
        command.SetAction(parsed =>
            (int)Run(parsed.GetRequiredValue(database), parsed.GetRequiredValue(paths), terminal));
        return command;
    }

    private static ExitCode Run(string database, IReadOnlyList<string> paths, Terminal terminal)
    {
        using var interruption = new Interruption();
        using var spool = new SpoolFolder(cancellation: interruption.Token);
        var diagnostics = new DiagnosticBag();
        Material root = SbomCommand.Read(paths, diagnostics, spool, interruption.Token);
        OpenNotices notices = Failures.About(database, () =>
        {
            using ArtefactFile file = ArtefactFile.Open(database, spool.Keep, ReadLimits.Default, interruption.Token);
            return new NoticeDatabase(database, file.Content, interruption.Token).Find(root, diagnostics);
        });
        DiagnosticPrinter.Print(diagnostics, terminal.Error);
        JsonReport.WriteDocument(terminal.Output, json =>
        {
            foreach (var snap in notices.All.GroupBy(one => one.Snap))
            {
                json.WriteStartObject(snap.Key);
                foreach (var revision in snap.GroupBy(one => one.Revision))
                {
                    json.WriteStartObject(revision.Key);
                    foreach ((_, _, string package, IReadOnlyCollection<string> ids) in revision)
                    {
                        json.WriteStartArray(package);
                        foreach (string id in ids)
                            json.WriteStringValue(id);
                        json.WriteEndArray();
                    }
                    json.WriteEndObject();
                }
                json.WriteEndObject();
            }
        });
        return notices.All.Any() || diagnostics.Items.Count > 0 ? ExitCode.Findings : ExitCode.Success;
    }
}
