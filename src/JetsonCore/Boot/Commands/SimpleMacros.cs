// ${name} in a kernel's command line, as extlinux.conf may have it: quotes and other text stay.
// Source: U-Boot 2023.01, common/cli_simple.c.
using System.Text;

namespace JetsonCore.Boot.Commands;

internal static class SimpleMacros
{
    public static string Expand(UBootMachine machine, string text)
    {
        var result = new StringBuilder();
        bool isVerbatim = false;
        for (int at = 0; at < text.Length; at++)
        {
            char character = text[at];
            char next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (character == '\'' && (at == 0 || text[at - 1] != '\\'))
                isVerbatim = !isVerbatim;
            if (isVerbatim || character != '$' || next is not ('{' or '('))
            {
                result.Append(character);
                continue;
            }
            int end = text.IndexOf(next == '{' ? '}' : ')', at);
            if (end < 0)
                break;
            result.Append(machine.Variables.Find(text[(at + 2)..end]));
            at = end;
        }
        return result.ToString();
    }
}
