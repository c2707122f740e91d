// What an assertion is about: its type and primary key. And the command that fetches one.
using System.Collections.Immutable;

namespace JetsonCore.Assertions;

/// <summary>A type and a primary key.</summary>
/// <param name="Type">The name of the type.</param>
/// <param name="Key">The values of its primary key, in the type's order.</param>
internal readonly record struct AssertionReference(string Type, ImmutableArray<string> Key)
{
    /// <summary>The command that fetches it from the store, where it can be fetched.</summary>
    public string FetchCommand
    {
        get
        {
            ImmutableArray<string> key = Key;
            IEnumerable<string> headers = AssertionType.Find(Type) is { } type
                ? type.PrimaryKey.Zip(key, (name, value) => $"{name}={value}")
                : key;
            return $"snap known --remote {Type} {string.Join(' ', headers)}";
        }
    }

    /// <summary>For a message: <c>model "16/my-brand/my-model"</c>.</summary>
    public override string ToString() => Text(Type, Key);

    /// <summary>The same, from its parts.</summary>
    public static string Text(string type, ImmutableArray<string> key) => $"{type} \"{string.Join('/', key)}\"";
}
