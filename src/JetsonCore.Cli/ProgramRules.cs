// Every rule of the program, whatever it is about. Rules are static fields beside the code that judges by them.
using System.Collections.Immutable;
using JetsonCore.Artefacts;
using JetsonCore.Assertions;
using JetsonCore.Assertions.Keys;
using JetsonCore.Boot;
using JetsonCore.Boot.Emulation;
using JetsonCore.Boot.Scenarios;
using JetsonCore.Boot.Settings;
using JetsonCore.Build;
using JetsonCore.Cache;
using JetsonCore.Cli.Commands;
using JetsonCore.Cli.LanguageServer;
using JetsonCore.Cli.Shell;
using JetsonCore.Content;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Flash;
using JetsonCore.Gadget.Reading;
using JetsonCore.Kernel;
using JetsonCore.Layout;
using JetsonCore.Materials;
using JetsonCore.Notices;
using JetsonCore.Project;
using JetsonCore.Seed;
using JetsonCore.Snaps;
using JetsonCore.Store;

namespace JetsonCore.Cli;

internal static class ProgramRules
{
    // By name, as only fields of types that are named stay in the published program.
    private static readonly Lazy<ImmutableArray<Rule>> Rules = new(() =>
    [
        .. ((IEnumerable<Rule>)
        [
            .. RuleCatalog.All,
            .. RuleCatalog.In(typeof(OutputFile)),
            .. RuleCatalog.In(typeof(OutputJournal)),
            .. RuleCatalog.In(typeof(InputChange)),
            .. RuleCatalog.In(typeof(TreeExtractor)),
            .. RuleCatalog.In(typeof(CacheRules)),
            .. RuleCatalog.In(typeof(AssertionDigest)),
            .. RuleCatalog.In(typeof(AssertionRules)),
            .. RuleCatalog.In(typeof(VerifierRules)),
            .. RuleCatalog.In(typeof(KeyFile)),
            .. RuleCatalog.In(typeof(KeyStore)),
            .. RuleCatalog.In(typeof(KeyRules)),
            .. RuleCatalog.In(typeof(SnapRules)),
            .. RuleCatalog.In(typeof(GadgetInput)),
            .. RuleCatalog.In(typeof(EnvironmentRules)),
            .. RuleCatalog.In(typeof(BootRules)),
            .. RuleCatalog.In(typeof(UBootRules)),
            .. RuleCatalog.In(typeof(EmulationRules)),
            .. RuleCatalog.In(typeof(EnvSimulateCommand)),
            .. RuleCatalog.In(typeof(EnvLintCommand)),
            .. RuleCatalog.In(typeof(KernelInput)),
            .. RuleCatalog.In(typeof(KernelRules)),
            .. RuleCatalog.In(typeof(ContentRules)),
            .. RuleCatalog.In(typeof(RecoveryRules)),
            .. RuleCatalog.In(typeof(SeedRules)),
            .. RuleCatalog.In(typeof(SeedJudgeRules)),
            .. RuleCatalog.In(typeof(StoreRules)),
            .. RuleCatalog.In(typeof(ProjectRules)),
            .. RuleCatalog.In(typeof(UserSecrets)),
            .. RuleCatalog.In(typeof(ArtefactTree)),
            .. RuleCatalog.In(typeof(MaterialRules)),
            .. RuleCatalog.In(typeof(NoticeRules)),
            .. RuleCatalog.In(typeof(FlashBundle)),
            .. RuleCatalog.In(typeof(FlashRules)),
            .. RuleCatalog.In(typeof(FlashMessages)),
            .. RuleCatalog.In(typeof(BuildClock)),
            .. RuleCatalog.In(typeof(CheckFixing)),
            .. RuleCatalog.In(typeof(ExplainCommand)),
            .. RuleCatalog.In(typeof(FsCommand)),
            .. RuleCatalog.In(typeof(FsFindCommand)),
            .. RuleCatalog.In(typeof(FsExtractCommand)),
            .. RuleCatalog.In(typeof(FsMakeCommand)),
            .. RuleCatalog.In(typeof(GadgetArguments)),
            .. RuleCatalog.In(typeof(KeyArguments)),
            .. RuleCatalog.In(typeof(Failures)),
            .. RuleCatalog.In(typeof(InputBytes)),
            .. RuleCatalog.In(typeof(DiskFile)),
            .. RuleCatalog.In(typeof(OpenDocument)),
        ]).OrderBy(rule => rule.Code, StringComparer.Ordinal),
    ]);

    /// <summary>All of them, in the order of their codes.</summary>
    public static ImmutableArray<Rule> All => Rules.Value;
}
