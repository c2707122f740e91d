// Folders that are written to, memory, and the settings of the shell.
using System.Globalization;
using JetsonCore.Build;
using JetsonCore.Cli.Reports;
using JetsonCore.Cli.Shell;
using JetsonCore.Diagnostics;
using JetsonCore.Files;
using JetsonCore.Store;

namespace JetsonCore.Cli.Doctor;

internal static class HostHealth
{
    private const long RoomWanted = 2L << 30, MemoryWanted = 512L << 20, AddressesWanted = 256L << 20;
    private const int ProcFileMax = 1 << 16;
    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_CTYPE", "LANG"];
    private static readonly string[] QuietVariables = ["NO_COLOR", "CI"];

    public static IEnumerable<HealthCheck> All =>
    [
        Folder("output", ".", "results go here where nothing else is named"),
        Folder("temporary", Path.GetTempPath(), "TMPDIR") with { Verbs = ["diff", "fs", "initrd", "inspect"] },
        Cache(),
        Keys(),
        Memory(),
        AddressSpace(),
        Time(),
        Locale(),
        Screen(),
    ];

    private static HealthCheck Folder(string name, string path, string what)
    {
        try
        {
            FolderFeatures found = FolderFeatures.Of(path);
            string facts = $"{path} ({what}): {found.FileSystem}, {LayoutWords.Size(found.FreeBytes)} free, "
                + $"{(found.IsSparse ? "sparse files" : "no sparse files")}, "
                + $"{(found.Clones ? "copies share blocks" : "copies take room")}";
            if (found.FreeBytes < RoomWanted)
            {
                return new(name, Health.Odd, $"{facts}: an image wants more room")
                {
                    Remedy = name == "temporary" ? "export TMPDIR=/var/tmp" : "name a folder on another disk",
                };
            }
            if (!found.IsSparse)
                return new(name, Health.Odd, $"{facts}: images take their whole size");
            return name == "temporary" && found.FileSystem is "tmpfs" or "ramfs"
                ? new(name, Health.Odd, $"{facts}: what is unpacked takes memory") { Remedy = "export TMPDIR=/var/tmp" }
                : new(name, Health.Good, facts);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(name, name == "output" ? Health.Odd : Health.Broken, exception.Message)
            {
                Remedy = name == "output" ? "name another folder with -O" : "export TMPDIR=/var/tmp",
            };
        }
    }

    private static HealthCheck Cache()
    {
        string[] verbs = ["build", "fetch"];
        string folder = SnapCache.OfUser(Environment.GetEnvironmentVariable).Folder;
        try
        {
            if (Posix.TryStatus(folder, follow: true) is not { } status)
                return new("cache", Health.Good, $"{folder}: not there yet") { Verbs = verbs };
            FileStatus[] files = [.. Posix.Names(folder).Select(name => Posix.TryStatus(Path.Join(folder, name)))
                .OfType<FileStatus>()];
            string facts =
                $"{folder}: {files.Length} files, {LayoutWords.Size(files.Sum(file => file.AllocatedBytes))}";
            if (FolderHealth(folder) is { } trouble)
            {
                return new("cache", Health.Broken, $"{folder}: {trouble}")
                {
                    Verbs = verbs,
                    Remedy = $"sudo chown -R \"$USER\" {folder}",
                };
            }
            return (status.Mode & 0x12) != 0        // 0022
                ? new("cache", Health.Odd, $"{facts}; others may write there")
                {
                    Verbs = verbs,
                    Remedy = $"chmod go-w {folder}",
                }
                : new("cache", Health.Good, facts) { Verbs = verbs };
        }
        catch (IOException exception)
        {
            return new("cache", Health.Broken, exception.Message)
            {
                Verbs = verbs,
                Remedy = "export XDG_CACHE_HOME=a folder that can be written to",
            };
        }
    }

    private static string? FolderHealth(string folder)
    {
        try
        {
            _ = FolderFeatures.Of(folder);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static HealthCheck Keys()
    {
        string[] verbs = ["build", "key", "sign", "system-user"];
        if (ProgramHealth.OpenSslVersion() is null)
            return new("keys", Health.Odd, "not looked at: that takes OpenSSL") { Verbs = verbs };
        try
        {
            int count = KeyArguments.Keys.Store.List().Count;
            return new("keys", Health.Good, $"{count} in {KeyArguments.Folder}") { Verbs = verbs };
        }
        catch (UserErrorException failure)
        {
            return new("keys", Health.Broken, failure.Diagnostic.Message)
            {
                Verbs = verbs,
                Remedy = failure.Diagnostic.Hint,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new("keys", Health.Broken, exception.Message) { Verbs = verbs };
        }
    }

    private static HealthCheck Memory()
    {
        // The class library's own figure heeds the limits of containers.
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        string facts = $"{LayoutWords.Size(available)} for this process";
        return available >= MemoryWanted
            ? new("memory", Health.Good, facts) { Verbs = ["build"] }
            : new("memory", Health.Odd, $"{facts}: builds want {LayoutWords.Size(MemoryWanted)}")
            {
                Verbs = ["build"],
                Remedy = "raise the container's limit of memory",
            };
    }

    private static HealthCheck AddressSpace()
    {
        string? limit = Text("/proc/self/limits")?.Split('\n')
            .FirstOrDefault(line => line.StartsWith("Max address space", StringComparison.Ordinal))?
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (!long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
            return new("address-space", Health.Good, "no limit");
        return bytes >= AddressesWanted
            ? new("address-space", Health.Good, $"limited to {LayoutWords.Size(bytes)}")
            : new("address-space", Health.Odd, $"limited to {LayoutWords.Size(bytes)}: builds want more")
            {
                Verbs = ["build"],
                Remedy = "ulimit -v unlimited",
            };
    }

    private static HealthCheck Time()
    {
        string? variable = Environment.GetEnvironmentVariable(BuildClock.VariableName);
        try
        {
            if (BuildClock.FromVariable(variable) is { } clock)
                return new("time", Health.Good, $"{BuildClock.VariableName}: {clock.Moment.UtcDateTime:yyyy-MM-dd}");
        }
        catch (UserErrorException failure)
        {
            return new("time", Health.Broken, failure.Diagnostic.Message) { Remedy = failure.Diagnostic.Hint };
        }
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return now.Year >= 2025
            ? new("time", Health.Good, $"{BuildClock.VariableName} is not set: the model's time counts")
            : new("time", Health.Odd, $"the clock says {now.Year}: signatures and certificates will be refused")
            {
                Remedy = "timedatectl set-ntp true",
            };
    }

    private static HealthCheck Locale()
    {
        string? name = LocaleVariables.Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(value => value is { Length: > 0 });
        string plain = (name ?? "").Replace("-", "", StringComparison.Ordinal);
        return plain.EndsWith("UTF8", StringComparison.OrdinalIgnoreCase)
            ? new("locale", Health.Good, name!)
            : new("locale", Health.Odd, $"{name ?? "none"}: what is written is UTF-8 all the same")
            {
                Remedy = "export LC_ALL=C.UTF-8",
            };
    }

    private static HealthCheck Screen()
    {
        string term = Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } value ? value : "not set";
        string[] quiet = [.. QuietVariables.Where(name =>
            Environment.GetEnvironmentVariable(name) is { Length: > 0 })];
        return new("terminal", Health.Good, $"TERM {term}"
            + (quiet.Length > 0 ? $", no colour because of {string.Join(", ", quiet)}" : ""));
    }

    private static string? Text(string path) =>
        HostFile.Exists(path) ? System.Text.Encoding.UTF8.GetString(HostFile.ReadAll(path, ProcFileMax)) : null;
}
