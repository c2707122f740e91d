// The home folder of the person behind a command, as snap finds it: by the data base of users, not by HOME; for root,
// where sudo made him so, that of who called sudo.
// Peer: snapd osutil/user.go (UserMaybeSudoUser).
namespace JetsonCore.Files;

/// <summary>Home folders.</summary>
public static class UserHome
{
    /// <summary>The folder; null where the system does not know the user.</summary>
    public static string? OfPerson()
    {
        string? behind = Posix.IsRoot ? Environment.GetEnvironmentVariable("SUDO_USER") : null;
        string? home = behind is { Length: > 0 } user ? Posix.HomeOf(user) : null;
        return home ?? Posix.OwnHome();
    }
}
