// What debugfs says of images, as text to compare with the trees that they were made from. It is asked once about all
// images, in one process: "open" and "close" are commands of its own.
//
//   kind permissions owner:group length links time path what [attributes]
//
// Only what debugfs reads out of the image enters the text of an image: the tree says which paths to ask for, listings
// of all directories say that there are no others.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JetsonCore.Formats.Trees;
using JetsonCore.TestKit;

namespace JetsonCore.Formats.Tests.Ext4;

internal sealed class DebugfsJudge(TempFolder folder)
{
    private readonly StringBuilder _commands = new();
    private readonly List<(string Image, DirectoryNode Root)> _images = [];

    /// <summary>Adds an image to be asked about, and the tree whose paths to ask for.</summary>
    public void Add(string image, DirectoryNode root)
    {
        string copies = CopiesOf(_images.Count);
        Directory.CreateDirectory(copies);
        _images.Add((image, root));
        _commands.Append(CultureInfo.InvariantCulture, $"open {image}\n");
        foreach ((string path, FileNode node) in root.Walk().Prepend(("", root)))
        {
            string quoted = $"\"/{path}\"", copy = $"{copies}/{PathCount++}";
            _commands.Append(CultureInfo.InvariantCulture, $"stat {quoted}\n");
            if (node is DirectoryNode)
                _commands.Append(CultureInfo.InvariantCulture, $"ls -p {quoted}\n");
            if (node is RegularFileNode or SymbolicLinkNode)
                _commands.Append(CultureInfo.InvariantCulture, $"dump {quoted} {copy}\n");
            foreach ((string name, int index) in node.Metadata.ExtendedAttributes.Keys.Select((name, at) => (name, at)))
                _commands.Append(CultureInfo.InvariantCulture, $"ea_get -f {copy}.{index} {quoted} {name}\n");
        }
        _commands.Append("close\n");
    }

    private int PathCount { get; set; }

    /// <summary>What debugfs says of each image, and what it should say.</summary>
    public IEnumerable<(string Image, string Expected, string Actual)> Ask()
    {
        string script = folder.Write("debugfs-commands", NodeName.Encode(_commands.ToString()));
        OracleResult result = Oracle.Run(new OracleCall("debugfs") { Arguments = ["-f", script] });
        string[] perImage = NodeName.Decode(result.OutputBytes).Split("debugfs: open ")[1..];
        for (int index = 0, pathIndex = 0; index < _images.Count; index++)
        {
            (string image, DirectoryNode root) = _images[index];
            var answers = new Queue<string>(perImage[index].Split("debugfs: ").Skip(1));
            var actual = new StringBuilder();
            var names = new Dictionary<string, string>();
            foreach ((string path, FileNode node) in root.Walk().Prepend(("", root)))
            {
                string copy = $"{CopiesOf(index)}/{pathIndex++}", stat = answers.Dequeue();
                string listing = node is DirectoryNode ? Listing(answers.Dequeue(), isRoot: path.Length == 0) : "";
                if (node is RegularFileNode or SymbolicLinkNode)
                    answers.Dequeue();
                byte[][] values =
                    [.. node.Metadata.ExtendedAttributes.Select((_, at) => Value(answers.Dequeue(), copy, at))];
                actual.Append(Line(path, new(stat, names), listing, copy)).Append(Attributes(node, values))
                    .Append('\n');
            }
            yield return (image, Expected(root), actual.ToString());
        }
    }

    private string CopiesOf(int image) => folder.File($"debugfs-copies-{image}");

    private static byte[] Value(string answer, string copy, int index) =>
        File.Exists($"{copy}.{index}")
            ? File.ReadAllBytes($"{copy}.{index}")
            : Encoding.UTF8.GetBytes($"none: {answer}");

    private static string Attributes(FileNode node, IEnumerable<byte[]> values) => string.Concat(
        node.Metadata.ExtendedAttributes.Keys.Zip(values, (name, value) => $" {name}={Convert.ToHexString(value)}"));

    private static string Expected(DirectoryNode root)
    {
        var text = new StringBuilder();
        var walk = root.Walk().Prepend(("", root)).ToList();
        var names = walk.GroupBy(step => step.Item2, ReferenceEqualityComparer.Instance)
            .ToDictionary(group => group.Key!, group => group.Select(step => step.Item1).ToList(),
                ReferenceEqualityComparer.Instance);
        foreach ((string path, FileNode node) in walk)
        {
            FileMetadata metadata = node.Metadata;
            (string kind, long length, string what) = node switch
            {
                DirectoryNode directory => ("directory", 0, string.Join('|', directory.Children.Keys)),
                RegularFileNode file => ("regular", file.Content.Length, Digest(file.Content)),
                SymbolicLinkNode link => ("symlink", NodeName.Encode(link.Target).Length, link.Target),
                SpecialNode special => (special.Kind switch
                {
                    SpecialKind.BlockDevice => "block special",
                    SpecialKind.CharacterDevice => "character special",
                    SpecialKind.Fifo => "FIFO",
                    _ => "socket",
                }, 0, special.Kind is SpecialKind.BlockDevice or SpecialKind.CharacterDevice
                    ? $"{special.DeviceMajor:d2}:{special.DeviceMinor:d2}" : ""),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            int links = node is DirectoryNode parent
                ? 2 + parent.Children.Values.Count(child => child is DirectoryNode) + (path.Length == 0 ? 1 : 0)
                : names[node].Count;
            text.Append(CultureInfo.InvariantCulture, $"{kind} {Convert.ToString(metadata.Permissions, 8),4} ")
                .Append(CultureInfo.InvariantCulture, $"{Signed(metadata.UserId)}:{Signed(metadata.GroupId)} ")
                .Append(CultureInfo.InvariantCulture, $"{length} {links} ")
                .Append(CultureInfo.InvariantCulture,
                    $"{metadata.ModificationTime.UnixSeconds}.{metadata.ModificationTime.Nanoseconds} ")
                .Append(CultureInfo.InvariantCulture, $"{path} = {names[node][0]} {what}")
                .Append(Attributes(node, metadata.ExtendedAttributes.Values.Select(value => value.ToArray())))
                .Append('\n');
        }
        return text.ToString();
    }

    /// <summary>As debugfs shows owners.</summary>
    private static int Signed(uint id) => unchecked((int)id);

    private static string Line(string path, Stat stat, string listing, string copy)
    {
        string kind = stat.Between("Type: ", "Mode:"), length = kind == "directory" ? "0" : stat.Word("Size:");
        string what = kind switch
        {
            "directory" => listing,
            "regular" => File.Exists(copy) ? Digest(FileContent.Of(File.ReadAllBytes(copy))) : "not dumped",
            "symlink" => stat.Text.Contains("Fast link dest: \"", StringComparison.Ordinal)
                ? stat.Between("Fast link dest: \"", "\"\n") : NodeName.Decode(File.ReadAllBytes(copy)),
            "block special" or "character special" => stat.Word("major/minor number:"),
            _ => "",
        };
        int permissions = Convert.ToInt32(stat.Word("Mode:"), 8);
        return $"{kind} {Convert.ToString(permissions, 8),4} {stat.Word("User:")}:"
            + $"{stat.Word("Group:")} {length} {stat.Word("Links:")} "
            + $"{stat.Time("mtime")} {path} = {stat.FirstName(path)} {what}";
    }

    /// <summary>The names of "/inode/mode/uid/gid/name/size/" lines, in ordinal order.</summary>
    private static string Listing(string answer, bool isRoot) => string.Join('|', answer.Split('\n')
        .Where(line => line.StartsWith('/'))            // the first line is the command itself
        .Select(line => line.Split('/')).Where(parts => parts.Length > 6).Select(parts => parts[5])
        .Where(name => name is not ("." or "..") && !(isRoot && name == "lost+found"))
        .Order(StringComparer.Ordinal));

    private static string Digest(FileContent content)
    {
        using Stream stream = content.Open();
        return Convert.ToHexString(SHA256.HashData(stream).AsSpan(0, 8));
    }

    /// <summary>The answer to "stat".</summary>
    private sealed class Stat(string text, Dictionary<string, string> names)
    {
        public string Text { get; } = text;

        public string Between(string before, string after)
        {
            int start = Text.IndexOf(before, StringComparison.Ordinal);
            if (start < 0)
                return $"no {before}";
            start += before.Length;
            int end = Text.IndexOf(after, start, StringComparison.Ordinal);
            string field = Text[start..(end < 0 ? Text.Length : end)];
            return before.EndsWith('"') ? field : field.Trim();
        }

        public string Word(string before) => Between(before, "\n").Split(' ')[0];

        /// <summary>The first path that was asked for and led to the same inode.</summary>
        public string FirstName(string path)
        {
            string inode = Word("Inode:");
            return names.TryGetValue(inode, out string? first) ? first : names[inode] = path;
        }

        /// <summary>Seconds and nanoseconds of a time shown as "0xSECONDS:REST -- date".</summary>
        public string Time(string name)
        {
            string[] words = Between($"{name}: 0x", " --").Split(':');
            long seconds = int.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            uint rest = words.Length < 2
                ? 0
                : uint.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return $"{seconds + ((long)(rest & 3) << 32)}.{rest >> 2}";
        }
    }
}
