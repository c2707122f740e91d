// The header "views" of a confdb-schema: views by their names, each with rules. Of a rule the words are checked, not
// the paths in it.
//
//   views:
//     NAME:
//       rules:
//         - {request: PATH, storage: PATH, access: read-write}
//
// Peer: snapd confdb (NewSchema), read in its source and its tests.
namespace JetsonCore.Assertions;

internal static class ConfdbViews
{
    private static readonly HeaderForm Rules = new HeaderForm.Maps(
    [
        HeaderForms.May("request", HeaderForms.AnyText), HeaderForms.Must("storage", HeaderForms.Text),
        HeaderForms.May("access", new HeaderForm.Choice(["", "read", "write", "read-write"])),
    ]);

    /// <summary>Reports what is wrong with the views.</summary>
    public static void Check(HeaderValue value, HeaderPlace place)
    {
        if (value is not HeaderValue.Entries { Values: var views })
        {
            place.Refuse(value.Span, "it must be a map of views");
            return;
        }
        foreach ((string name, HeaderValue view) in views.All)
        {
            HeaderPlace here = place.Within($"\"{name}\"");
            if (view is not HeaderValue.Entries { Values: var entries })
                here.Refuse(view.Span, "a view is a map with \"rules\"");
            else if (entries["rules"] is not { } rules)
                here.Refuse(view.Span, "a view must have \"rules\"");
            else
                HeaderJudge.Judge(Rules, rules, here.Within("\"rules\""));
        }
    }
}
