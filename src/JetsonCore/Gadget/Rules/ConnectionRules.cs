// CN-PLUG: every connection has a plug. (Its form is judged where it is read.)
using JetsonCore.Diagnostics;
using JetsonCore.Gadget.Model;

namespace JetsonCore.Gadget.Rules;

internal static class ConnectionRules
{
    public static void Check(GadgetDefinition gadget, DiagnosticBag diagnostics)
    {
        foreach (GadgetConnection connection in gadget.Document.Connections)
        {
            if (connection.Plug.Span.IsKnown)
                continue;
            diagnostics.Add(GadgetRuleList.ConnectionPlug, connection.Span,
                "cannot connect: the item has no plug", "add plug: ID:NAME, ID being a snap's id or system");
        }
    }
}
