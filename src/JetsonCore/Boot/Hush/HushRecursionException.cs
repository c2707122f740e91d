// A script that runs itself without end: the real shell goes on until its stack has overwritten something.
namespace JetsonCore.Boot.Hush;

internal sealed class HushRecursionException : Exception;
