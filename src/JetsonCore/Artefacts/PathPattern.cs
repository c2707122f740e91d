// Patterns of paths, as shells have them:
//
//   *        any letters but "/"      ?  one of them      **  any letters
//   [a-z]    one of these             [!a-z]  one of all others but "/"
//
// All places that a pattern may have come to are followed side by side: no pattern takes longer than its length times
// the path's. A "[" without an end is a letter like others.
namespace JetsonCore.Artefacts;

/// <summary>A pattern, prepared.</summary>
internal sealed class PathPattern
{
    private readonly List<Step> _steps = [];

    /// <summary>Prepares a pattern; every text is one.</summary>
    public PathPattern(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '*':
                    bool crosses = at + 1 < text.Length && text[at + 1] == '*';
                    at += crosses ? 1 : 0;
                    _steps.Add(new(letter => crosses || letter != '/', IsRepeated: true));
                    break;
                case '?':
                    _steps.Add(new(letter => letter != '/'));
                    break;
                case '[' when SetEnd(text, at) is > 0 and int end:
                    _steps.Add(SetStep(text[(at + 1)..end]));
                    at = end;
                    break;
                case char own:
                    _steps.Add(new(letter => letter == own));
                    break;
            }
        }
    }

    /// <summary>Whether a text is more than a name: it holds one of the letters above.</summary>
    public static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>Whether the whole of a path fits.</summary>
    public bool Fits(string path)
    {
        var places = new bool[_steps.Count + 1];
        places[0] = true;
        foreach (char letter in path)
        {
            PassRepeated(places);
            for (int place = _steps.Count; place >= 0; place--)
            {
                bool stays = place < _steps.Count && places[place] && _steps[place].IsRepeated
                    && _steps[place].Fits(letter);
                bool comes = place > 0 && places[place - 1] && !_steps[place - 1].IsRepeated
                    && _steps[place - 1].Fits(letter);
                places[place] = stays || comes;
            }
        }
        PassRepeated(places);
        return places[^1];
    }

    /// <summary>What may come any number of times may come no time.</summary>
    private void PassRepeated(bool[] places)
    {
        for (int place = 0; place < _steps.Count; place++)
            places[place + 1] |= places[place] && _steps[place].IsRepeated;
    }

    private static int SetEnd(string text, int start)
    {
        int first = start + 1;
        if (first < text.Length && text[first] is '!' or '^')
            first++;
        return first < text.Length ? text.IndexOf(']', Math.Min(first + 1, text.Length)) : -1;     // "[]]" holds "]"
    }

    private static Step SetStep(string set)
    {
        bool isInverse = set[0] is '!' or '^';
        string letters = isInverse ? set[1..] : set;
        return new(letter => letter != '/' && Holds(letters, letter) != isInverse);
    }

    private static bool Holds(string set, char letter)
    {
        for (int at = 0; at < set.Length; at++)
        {
            if (at + 2 < set.Length && set[at + 1] == '-')
            {
                if (letter >= set[at] && letter <= set[at + 2])
                    return true;
                at += 2;
            }
            else if (set[at] == letter)
            {
                return true;
            }
        }
        return false;
    }

    private sealed record Step(Func<char, bool> Fits, bool IsRepeated = false);
}
