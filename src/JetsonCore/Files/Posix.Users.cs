// The home folder of a user by the system's data base of users, wherever that is (/etc/passwd, LDAP …).
//
//   struct passwd, 64 bits:  0 name  8 password  16 uid  20 gid  24 real name  32 home folder  40 shell
//
// Sources: getpwuid_r(3), glibc's pwd.h.
using System.Runtime.InteropServices;

namespace JetsonCore.Files;

internal static partial class Posix
{
    private const int EntrySize = 48, EntryHomeOffset = 32, EntryTextMax = 1 << 16;

    /// <summary>The home folder of a user; null where he is not known.</summary>
    public static string? HomeOf(string user) =>
        FindHome((entry, text, length) => (getpwnam_r(user, entry, text, length, out nint found), found));

    /// <summary>The home folder of who runs this process; null where he is not known.</summary>
    public static string? OwnHome() =>
        FindHome((entry, text, length) => (getpwuid_r(getuid(), entry, text, length, out nint found), found));

    /// <summary>Whether root runs this process.</summary>
    public static bool IsRoot => getuid() == 0;

    private static string? FindHome(Func<nint, nint, nint, (int Error, nint Found)> find)
    {
        nint memory = Marshal.AllocHGlobal(EntrySize + EntryTextMax);
        try
        {
            (int error, nint found) = find(memory, memory + EntrySize, EntryTextMax);
            return error != 0 || found == 0
                ? null : Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(found, EntryHomeOffset));
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    [LibraryImport("libc")]
    private static partial uint getuid();

    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint user, nint entry, nint text, nint length, out nint found);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getpwnam_r(string user, nint entry, nint text, nint length, out nint found);
}
