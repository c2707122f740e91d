// Where a service may listen: a port, a port of this machine's own addresses, an abstract socket of the snap's name, or
// a path in one of the snap's folders. Peer: snapd snap/validate.go (validateSocketAddr).
using System.Globalization;

namespace JetsonCore.Snaps;

internal static class SnapSocketAddress
{
    private static readonly string[] SystemFolders = ["$SNAP_DATA/", "$SNAP_COMMON/", "$XDG_RUNTIME_DIR/"];
    private static readonly string[] UserFolders = ["$SNAP_USER_DATA/", "$SNAP_USER_COMMON/", "$XDG_RUNTIME_DIR/"];

    public static bool IsGood(string address, string snapName, string daemonScope) => address switch
    {
        "" => false,
        ['/' or '$', ..] => SnapPaths.IsClean(address) && daemonScope.Length > 0
            && (daemonScope == "user" ? UserFolders : SystemFolders).Any(
                folder => address.StartsWith(folder, StringComparison.Ordinal)),
        ['@', ..] => address.StartsWith($"@snap.{snapName}.", StringComparison.Ordinal),
        _ => IsNetAddress(address),
    };

    private static bool IsNetAddress(string address)
    {
        int colon = address.LastIndexOf(':');
        return (colon < 0 || address[..colon] is "127.0.0.1" or "[::1]" or "[::]")
            && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out ushort port)
            && port > 0;
    }
}
