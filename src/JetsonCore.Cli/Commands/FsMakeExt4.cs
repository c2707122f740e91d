// `jetson-core fs make ext4`: options by the names that mke2fs users know, in words.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using JetsonCore.Cli.Shell;
using JetsonCore.Formats.Ext4;

namespace JetsonCore.Cli.Commands;

internal static class FsMakeExt4
{
    private const int SmallInode = 128;

    private static readonly Option<string> Label = new("--label")
    {
        Description = "at most 16 bytes",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<long?> Size = ByteSizes.Option(
        "--size", "bytes, or with K, M, G; without it the smallest that fits and leaves the margin");

    private static readonly Option<long?> Margin = ByteSizes.Option(
        "--margin", "without --size: bytes left free for what is written later; 8M if not given", least: 0);

    private static readonly Option<int> BlockSize = ByteSizes.SmallOption("--block-size", "1024, 2048 or 4096", 4096);

    private static readonly Option<string> Profile = CreateProfile();

    private static readonly Option<string> Features = new("--features")
    {
        Description = "changes to the profile's features, as mke2fs -O takes them: metadata_csum,^64bit",
        HelpName = "LIST",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<Guid?> Uuid = new("--uuid")
    {
        Description = "without it one that follows from the files",
        HelpName = "UUID",
    };

    private static readonly Option<int> Reserved = new("--reserved-percent")
    {
        Description = "blocks kept for root",
        HelpName = "PERCENT",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<int> InodeSize =
        ByteSizes.SmallOption("--inode-size", "128, or 256 to the block size", 256);

    private static readonly Option<long?> Inodes = new("--inodes")
    {
        Description = "how many; without it one for 16 KiB, and more if FROM needs them",
        HelpName = "COUNT",
    };

    private static readonly Option<long?> JournalSize = ByteSizes.Option(
        "--journal-size", "bytes, or with K, M; without it by the size, as mke2fs");

    private static readonly Option<Guid?> HashSeed = new("--hash-seed")
    {
        Description = "a UUID that names of directories are hashed with; without it one that follows from the files",
        HelpName = "UUID",
    };

    private static readonly Option<(uint User, uint Group)?> RootOwner = new("--root-owner")
    {
        Description = "whose the root directory is, UID:GID; without it whose FROM is",
        HelpName = "UID:GID",
        CustomParser = ParseOwner,
    };

    private static readonly Option<bool> ZerosAreHoles = new("--detect-zeros")
    {
        Description = "leave blocks of zeros out, as mke2fs -d does; contents are read twice",
    };

    public static Command Create(Terminal terminal)
    {
        Command command = FsMakeCommand.OfFiles(terminal, "ext4", """
            Make an ext4 file system and say how its size came about

            Example:
              jetson-core fs make ext4 tree/ system-boot.img --profile system-boot --label system-boot --size 64M
            """,
            [Label, Size, Margin, BlockSize, Profile, Features, Uuid, Reserved, InodeSize, Inodes, JournalSize,
                HashSeed, RootOwner, ZerosAreHoles],
            (parsed, source, target, cancellation) =>
            {
                if (parsed.GetValue(RootOwner) is { } owner)
                    source.Root.Metadata = source.Root.Metadata with { UserId = owner.User, GroupId = owner.Group };
                Ext4Plan plan = Ext4Writer.Plan(source.Root, Options(parsed, source), parsed.GetValue(Size));
                target.SetLength(plan.SizeBytes);
                Ext4Writer.Write(plan, target, 0, cancellation);
                terminal.Output.WriteLine(plan.Explanation);
            });
        ByteSizes.RequireWholeSectors(command, Size);
        return command;
    }

    private static (uint User, uint Group)? ParseOwner(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Split(':') is [string user, string group]
            && uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out uint userId)
            && uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out uint groupId))
            return (userId, groupId);
        result.AddError($"cannot read the owner \"{text}\": write two numbers, as 0:0");
        return null;
    }

    private static Option<string> CreateProfile()
    {
        var profile = new Option<string>("--profile")
        {
            Description = "system-boot, which U-Boot can write to, or writable, as of Ubuntu 18.04",
            HelpName = "NAME",
            DefaultValueFactory = _ => "writable",
        };
        profile.AcceptOnlyFromAmong("system-boot", "writable");
        return profile;
    }

    private static Ext4Options Options(ParseResult parsed, FsMakeSource source)
    {
        string label = parsed.GetRequiredValue(Label);
        Guid uuid = parsed.GetValue(Uuid) ?? source.Ids.For($"{label}/uuid");
        Guid seed = parsed.GetValue(HashSeed) ?? source.Ids.For($"{label}/hash");
        Ext4Options profile = parsed.GetValue(Profile) == "system-boot"
            ? Ext4Options.SystemBoot(label, uuid, seed, source.Time)
            : Ext4Options.Writable(label, uuid, seed, source.Time);
        int inodeSize = parsed.GetValue(InodeSize);
        Ext4Features features = inodeSize > SmallInode
            ? profile.Features
            : profile.Features & ~Ext4Features.ExtraIsize;      // there is no room for it, unless --features insists
        return profile with
        {
            BlockSize = parsed.GetValue(BlockSize),
            Features = Ext4FeatureNames.Change(features, parsed.GetRequiredValue(Features)),
            ReservedPercent = parsed.GetValue(Reserved),
            InodeSize = inodeSize,
            InodeCount = parsed.GetValue(Inodes),
            JournalBlocks = parsed.GetValue(JournalSize) is { } journal
                ? (int)Math.Min(journal / Math.Max(1, parsed.GetValue(BlockSize)), int.MaxValue)
                : null,
            MarginBytes = parsed.GetValue(Margin) ?? profile.MarginBytes,
            DetectZeroBlocks = parsed.GetValue(ZerosAreHoles),
        };
    }
}
