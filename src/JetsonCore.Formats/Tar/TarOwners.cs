// Numbers for the names of users and groups that access control lists of GNU tar are written with: those of the files
// of the archive itself, else the ones that Debian and Ubuntu give out once and for all (base-passwd). Who has an
// account on this machine does not matter: the same archive means the same everywhere.
// Source: base-passwd, passwd.master and group.master: facts only.
using System.Globalization;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Formats.Tar;

/// <summary>Knows numbers by names.</summary>
internal sealed class TarOwners
{
    private const int KnownMax = 100_000;

    private static readonly Dictionary<string, uint> DebianUsers = Read(
        "root 0 daemon 1 bin 2 sys 3 sync 4 games 5 man 6 lp 7 mail 8 news 9 uucp 10 proxy 13 www-data 33 backup 34 "
        + "list 38 irc 39 _apt 42 nobody 65534");

    private static readonly Dictionary<string, uint> DebianGroups = Read(
        "root 0 daemon 1 bin 2 sys 3 adm 4 tty 5 disk 6 lp 7 mail 8 news 9 uucp 10 man 12 proxy 13 kmem 15 dialout 20 "
        + "fax 21 voice 22 cdrom 24 floppy 25 tape 26 sudo 27 audio 29 dip 30 www-data 33 backup 34 operator 37 "
        + "list 38 irc 39 src 40 shadow 42 utmp 43 video 44 sasl 45 plugdev 46 staff 50 games 60 users 100 "
        + "nogroup 65534");

    private readonly Dictionary<string, uint> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _groups = new(StringComparer.Ordinal);

    /// <summary>Remembers whom a file belongs to.</summary>
    public void Remember(byte[] user, uint userId, byte[] group, uint groupId)
    {
        Remember(_users, user, userId);
        Remember(_groups, group, groupId);
    }

    public uint? User(string name) => Find(name, _users, DebianUsers);

    public uint? Group(string name) => Find(name, _groups, DebianGroups);

    private static uint? Find(string name, Dictionary<string, uint> own, Dictionary<string, uint> usual) =>
        own.TryGetValue(name, out uint number) || usual.TryGetValue(name, out number) ? number : null;

    private static void Remember(Dictionary<string, uint> numbers, byte[] name, uint number)
    {
        if (name.Length > 0 && numbers.Count < KnownMax)
            numbers.TryAdd(NodeName.Decode(name), number);
    }

    private static Dictionary<string, uint> Read(string text) => text.Split(' ').Chunk(2).ToDictionary(
        pair => pair[0], pair => uint.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
