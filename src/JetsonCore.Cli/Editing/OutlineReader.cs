// Reads a YAML or JSON text as somebody writes it: half a key, quotes and braces without their mates. Nothing is
// refused; what the text says in the end is YamlReader's business. By lines and their indentation, as people read it;
// within braces, to the one that closes. Only the first document counts.
namespace JetsonCore.Cli.Editing;

internal sealed class OutlineReader
{
    private const int DepthMax = 100;

    private readonly string _text;
    private readonly List<OutlineNode> _nodes = [];
    private readonly List<OutlineNode> _open = [];
    private int _lineStart;
    private int _lineEnd;
    private int _next;
    private int _scalarColumn = -1;     // of the key whose | or > goes on

    private OutlineReader(string text)
    {
        _text = text;
        _open.Add(new(OutlineKind.Root, null, 0, 0));
    }

    /// <summary>The root, and all nodes in the order of the text.</summary>
    public static (OutlineNode Root, List<OutlineNode> Nodes) Read(string text)
    {
        var reader = new OutlineReader(text);
        OutlineNode root = reader._open[0];
        while (reader._next < text.Length && reader.ReadLine())
        {
        }
        root.ExtentEnd = text.Length;
        return (root, reader._nodes);
    }

    /// <summary>False where another document begins.</summary>
    private bool ReadLine()
    {
        _lineStart = _next;
        FindLineEnd(_lineStart);
        int at = SkipBlanks(_lineStart);
        if (at == _lineEnd || _text[at] == '#')
            return true;
        int column = at - _lineStart;
        if (_scalarColumn >= 0 && column > _scalarColumn)
        {
            Extend(_open[^1], _lineEnd);
            return true;
        }
        _scalarColumn = -1;
        ReadOnlySpan<char> line = _text.AsSpan(at, _lineEnd - at);
        if (column == 0 && line.StartsWith("..."))
            return false;
        if (column == 0 && line.StartsWith("---"))
            return _nodes.Count == 0;
        if (line[0] != '%')
            ReadEntries(at);
        return true;
    }

    private void FindLineEnd(int from)
    {
        int ahead = _text.AsSpan(from).IndexOfAny('\r', '\n');
        _lineEnd = ahead < 0 ? _text.Length : from + ahead;
        _next = Math.Min(_text.Length, _lineEnd + (_text.AsSpan(_lineEnd).StartsWith("\r\n") ? 2 : 1));
    }

    private int SkipBlanks(int at)
    {
        while (at < _lineEnd && _text[at] is ' ' or '\t' or '\ufeff')
            at++;
        return at;
    }

    /// <summary>The dashes of a line, and what stands behind them.</summary>
    private void ReadEntries(int at)
    {
        OutlineNode? item = null;
        while (at < _lineEnd && _text[at] == '-' && (at + 1 == _lineEnd || _text[at + 1] is ' ' or '\t'))
        {
            item = OpenItem(at);
            at = SkipBlanks(at + 1);
            item.ValueStart = Math.Min(at, item.End + 1);
            item.ValueEnd = Math.Max(item.ValueStart, at);
            if (_open.Count > DepthMax)
                return;
        }
        if (at < _lineEnd && _text[at] != '#')
            ReadKey(at, item);
    }

    private OutlineNode OpenItem(int at)
    {
        int column = at - _lineStart;
        while (_open.Count > 1 && (_open[^1].Column > column
            || (_open[^1].Column == column && _open[^1].Kind == OutlineKind.Item)))
        {
            _open.RemoveAt(_open.Count - 1);
        }
        OutlineNode list = _open[^1];
        return Open(new(OutlineKind.Item, list, at, at + 1) { Column = column, Index = list.Children.Count });
    }

    private OutlineNode Open(OutlineNode node)
    {
        Add(node);
        _open.Add(node);
        return node;
    }

    private void Add(OutlineNode node)
    {
        node.Parent?.Children.Add(node);
        _nodes.Add(node);
        Extend(node, node.End);
    }

    private static void Extend(OutlineNode node, int end)
    {
        for (OutlineNode? at = node; at is not null && at.ExtentEnd < end; at = at.Parent)
            at.ExtentEnd = end;
    }

    /// <summary>A key with its value; else the value of an item, or a word.</summary>
    private void ReadKey(int at, OutlineNode? item)
    {
        int column = at - _lineStart;
        int end = KeyEnd(at);
        int colon = SkipBlanks(end);
        bool isKey = end > at && colon < _lineEnd && _text[colon] == ':'
            && (colon + 1 == _lineEnd || _text[colon + 1] is ' ' or '\t');
        if (_text[at] is '{' or '[')
            isKey = false;
        if (!isKey && item is not null)
        {
            ReadValue(item, at);
            return;
        }
        // A word pops nothing: it may be in the middle of being moved to its place.
        OutlineNode parent = _open.FindLast(open => open.Column < column) ?? _open[0];
        if (_text[at] is '{' or '[')
        {
            ReadValue(parent, at);
            return;
        }
        if (!isKey)
        {
            Add(new(OutlineKind.Word, parent, at, WordEnd(at)) { Column = column, Name = _text[at..WordEnd(at)] });
            return;
        }
        _open.RemoveRange(_open.IndexOf(parent) + 1, _open.Count - _open.IndexOf(parent) - 1);
        OutlineNode key = Open(new(OutlineKind.Key, parent, at, end) { Column = column, Name = Unquoted(at, end) });
        ReadValue(key, SkipBlanks(colon + 1), Math.Min(_lineEnd, colon + 2));
    }

    /// <summary>Behind a key: before a colon with a blank behind it, or behind the closing quote.</summary>
    private int KeyEnd(int at)
    {
        if (_text[at] is '"' or '\'')
            return QuoteEnd(at, _lineEnd);
        for (int end = at; end < _lineEnd; end++)
        {
            if (_text[end] == ':' && (end + 1 == _lineEnd || _text[end + 1] is ' ' or '\t'))
                return end;
            if (_text[end] == '#' && end > at && _text[end - 1] is ' ' or '\t')
                break;
        }
        return at;
    }

    private int QuoteEnd(int at, int limit)
    {
        char quote = _text[at];
        for (int end = at + 1; end < limit && _text[end] is not ('\n' or '\r'); end++)
        {
            if (_text[end] == '\\' && quote == '"')
                end++;
            else if (_text[end] == quote)
                return end + 1;
        }
        return limit < _text.Length ? Math.Min(limit, at + LineLength(at)) : limit;
    }

    private int LineLength(int at)
    {
        int ahead = _text.AsSpan(at).IndexOfAny('\r', '\n');
        return ahead < 0 ? _text.Length - at : ahead;
    }

    /// <summary>Behind what stands on the line, without blanks and a comment.</summary>
    private int WordEnd(int at)
    {
        int end = at;
        while (end < _lineEnd && !(_text[end] == '#' && end > at && _text[end - 1] is ' ' or '\t'))
            end++;
        while (end > at && _text[end - 1] is ' ' or '\t')
            end--;
        return end;
    }

    private string Unquoted(int start, int end) =>
        end - start >= 2 && _text[start] is '"' or '\'' && _text[end - 1] == _text[start]
            ? _text[(start + 1)..(end - 1)] : _text[start..end];

    private void ReadValue(OutlineNode node, int at, int emptyAt = -1)
    {
        if (at == _lineEnd || _text[at] == '#')
        {
            node.ValueStart = emptyAt < 0 ? at : emptyAt;
            node.ValueEnd = Math.Max(node.ValueStart, at);
            Extend(node, at);
            return;
        }
        while (at < _lineEnd && _text[at] is '&' or '!')
        {
            int blank = _text.AsSpan(at, _lineEnd - at).IndexOfAny(' ', '\t');
            at = blank < 0 ? _lineEnd : SkipBlanks(at + blank);
        }
        node.ValueStart = at;
        node.ValueEnd = WordEnd(at);
        Extend(node, node.ValueEnd);
        if (at == _lineEnd)
            return;
        if (_text[at] is '{' or '[')
        {
            int end = new FlowReader(_text, Add).Read(node, at, node.Column);
            Extend(node, end);
            FindLineEnd(end);
        }
        else if (_text[at] is '|' or '>')
        {
            _scalarColumn = Math.Max(0, node.Column);
        }
        else if (_text[at] is '"' or '\'')
        {
            node.ValueEnd = QuoteEnd(at, _lineEnd);
        }
    }

    /// <summary>What stands within braces and brackets, over lines; without recursion, however deep.</summary>
    private sealed class FlowReader(string text, Action<OutlineNode> add)
    {
        private readonly List<OutlineNode> _containers = [];
        private OutlineNode? _pending;      // a key that waits for its value
        private int _column;

        /// <summary>Reads from an opening brace on; returns the place behind the closing one.</summary>
        public int Read(OutlineNode owner, int at, int column)
        {
            _column = column;
            Enter(owner, at++);
            while (at < text.Length && _containers.Count > 0)
                at = ReadNext(at);
            foreach (OutlineNode unclosed in _containers)
                unclosed.FlowEnd = text.Length;
            return at;
        }

        private void Enter(OutlineNode owner, int at)
        {
            owner.FlowStart = at;
            owner.FlowEnd = text.Length;
            owner.ValueStart = at;
            owner.ValueEnd = at;
            _containers.Add(owner);
            _pending = null;
        }

        private int ReadNext(int at)
        {
            switch (text[at])
            {
                case ' ' or '\t' or '\r' or '\n':
                    return at + 1;
                case '#' when text[at - 1] is ' ' or '\t' or '\n':
                    return at + Math.Max(1, text.AsSpan(at).IndexOfAny('\r', '\n') is >= 0 and int end
                        ? end : text.Length - at);
                case ',':
                    _pending = null;
                    return at + 1;
                case '{' or '[':
                    if (_containers.Count >= DepthMax)
                        return text.Length;
                    Enter(_pending ?? NewItem(at, at), at);
                    return at + 1;
                case '}' or ']':
                    Leave(at + 1);
                    return at + 1;
                default:
                    return ReadScalar(at);
            }
        }

        private void Leave(int end)
        {
            OutlineNode left = _containers[^1];
            left.FlowEnd = end;
            left.ValueEnd = end;
            Extend(left, end);
            _containers.RemoveAt(_containers.Count - 1);
            _pending = null;
        }

        private OutlineNode NewItem(int start, int end)
        {
            OutlineNode list = _containers[^1];
            var item = new OutlineNode(OutlineKind.Item, list, start, start)
            {
                Column = _column,
                Index = list.Children.Count,
                ValueStart = start,
                ValueEnd = end,
            };
            add(item);
            Extend(item, end);
            return item;
        }

        private int ReadScalar(int at)
        {
            int end = ScalarEnd(at);
            int colon = end;
            while (colon < text.Length && text[colon] is ' ' or '\t')
                colon++;
            bool isKey = _pending is null && colon < text.Length && text[colon] == ':';
            if (isKey)
            {
                int blanks = colon + 1;
                while (blanks < text.Length && text[blanks] is ' ' or '\t')
                    blanks++;
                bool isQuoted = text[at] is '"' or '\'' && end - at >= 2;
                _pending = new(OutlineKind.Key, _containers[^1], at, end)
                {
                    Column = _column,
                    Name = isQuoted ? text[(at + 1)..(end - 1)] : text[at..end],
                    ValueStart = Math.Min(blanks, colon + 2),
                    ValueEnd = blanks,
                };
                add(_pending);
                return colon + 1;
            }
            if (_pending is { } key)
            {
                (key.ValueStart, key.ValueEnd) = (at, end);
                Extend(key, end);
                _pending = null;
            }
            else if (text[_containers[^1].FlowStart] == '[')
            {
                NewItem(at, end);
            }
            else
            {
                add(new(OutlineKind.Word, _containers[^1], at, end) { Column = _column, Name = text[at..end] });
            }
            return Math.Max(at + 1, end);
        }

        private int ScalarEnd(int at)
        {
            char quote = text[at];
            int end = at + 1;
            if (quote is not ('"' or '\''))
            {
                while (end < text.Length && text[end] is not (',' or '{' or '}' or '[' or ']' or '\r' or '\n')
                    && !(text[end] == ':' && (end + 1 == text.Length || " \t\r\n,}]".Contains(text[end + 1]))))
                {
                    end++;
                }
                while (end > at + 1 && text[end - 1] is ' ' or '\t')
                    end--;
                return text[at] == ':' ? at + 1 : end;
            }
            for (; end < text.Length && text[end] is not ('\r' or '\n'); end++)
            {
                if (text[end] == '\\' && quote == '"')
                    end++;
                else if (text[end] == quote)
                    return end + 1;
            }
            return Math.Min(end, text.Length);
        }
    }
}
