// What an argument exception says, for people: the class library adds the name of a parameter in our code.
namespace JetsonCore.Diagnostics;

/// <summary>Messages of argument exceptions.</summary>
public static class WithoutParameter
{
    /// <summary>The message without "(Parameter 'name')".</summary>
    public static string Of(ArgumentException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Message.Split(" (Parameter '")[0];
    }
}
