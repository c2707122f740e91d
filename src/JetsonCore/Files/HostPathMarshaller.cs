// Names of the host are bytes, and strings of ours carry those that are not UTF-8 by the rule of NodeName. The class
// library would turn such a name into another one, so paths go to the system by this way.
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using JetsonCore.Formats.Trees;

namespace JetsonCore.Files;

/// <summary>Passes paths, and names of attributes, to the system byte for byte.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(HostPathMarshaller))]
internal static class HostPathMarshaller
{
    /// <summary>The bytes of a path with NUL behind them; <see cref="Free"/> takes them back.</summary>
    public static nint ConvertToUnmanaged(string path)
    {
        byte[] bytes = NodeName.Encode(path);
        nint memory = Marshal.AllocHGlobal(bytes.Length + 1);
        Marshal.Copy(bytes, 0, memory, bytes.Length);
        Marshal.WriteByte(memory, bytes.Length, 0);
        return memory;
    }

    public static void Free(nint memory) => Marshal.FreeHGlobal(memory);
}
