// The numbers under which OpenPGP lists RSA. Spec: RFC 4880, section 9.1.
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.OpenPgp;

internal static class RsaAlgorithm
{
    public const byte SignAndEncrypt = 1, SignOnly = 3;

    public static void Check(byte algorithm, long offset)
    {
        if (algorithm is not (SignAndEncrypt or SignOnly))
        {
            throw new MalformedDataException(
                offset, $"public-key algorithm {algorithm} is not supported, only RSA (1)");
        }
    }
}
