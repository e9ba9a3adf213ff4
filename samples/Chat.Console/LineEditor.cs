using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace Chat.Terminal;

/// <summary>The input line at the bottom of the terminal. It scrolls when it is wider than the terminal. Thread-safe.</summary>
internal sealed class LineEditor
{
    private const int MaxHistory = 100;

    private readonly Lock gate = new();
    private readonly List<string> history = [];
    private readonly StringBuilder text = new();
    private Func<string>? prompt;
    private int cursor, recalled;

    /// <summary>Writes whole lines in the place of the input line, and redraws the input line below them.</summary>
    public void WriteAbove(Action write)
    {
        lock (gate)
        {
            Erase();
            write();
            Draw();
        }
    }

    /// <summary>Returns the next typed line; null at ^D.</summary>
    public string? ReadLine(Func<string> prompt)
    {
        lock (gate)
        {
            this.prompt = prompt;
            Draw();
        }
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            lock (gate)
            {
                var isEnd = key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } && text.Length == 0;
                if (isEnd || key.Key == ConsoleKey.Enter)
                    return FinishLine(isEnd);
                Edit(key);
                if (Console.KeyAvailable)
                    continue; // pasted text is drawn once
                Erase();
                Draw();
            }
        }
    }

    /// <summary>Removes the input line.</summary>
    public void End()
    {
        lock (gate)
        {
            Erase();
            prompt = null;
        }
    }

    private string? FinishLine(bool isEnd)
    {
        Erase();
        prompt = null;
        var line = text.ToString();
        text.Clear();
        cursor = 0;
        if (line.Length > 0 && history.LastOrDefault() != line)
            history.Add(line);
        if (history.Count > MaxHistory)
            history.RemoveAt(0);
        recalled = history.Count;
        return isEnd ? null : line;
    }

    private void Edit(ConsoleKeyInfo key)
    {
        switch (key)
        {
            case { Key: ConsoleKey.Backspace }:
                Remove(Before(cursor), cursor);
                break;
            case { Key: ConsoleKey.Delete }:
                Remove(cursor, After(cursor));
                break;
            case { Key: ConsoleKey.LeftArrow }:
                cursor = Before(cursor);
                break;
            case { Key: ConsoleKey.RightArrow }:
                cursor = After(cursor);
                break;
            case { Key: ConsoleKey.Home } or { Key: ConsoleKey.A, Modifiers: ConsoleModifiers.Control }:
                cursor = 0;
                break;
            case { Key: ConsoleKey.End } or { Key: ConsoleKey.E, Modifiers: ConsoleModifiers.Control }:
                cursor = text.Length;
                break;
            case { Key: ConsoleKey.U, Modifiers: ConsoleModifiers.Control }:
                Remove(0, cursor);
                break;
            case { Key: ConsoleKey.UpArrow }:
                Recall(recalled - 1);
                break;
            case { Key: ConsoleKey.DownArrow }:
                Recall(recalled + 1);
                break;
            case { KeyChar: var c } when !char.IsControl(c):
                text.Insert(cursor++, c);
                break;
        }
    }

    private void Remove(int from, int to)
    {
        text.Remove(from, to - from);
        cursor = from;
    }

    private void Recall(int index)
    {
        if (index < 0 || index > history.Count)
            return;
        recalled = index;
        text.Clear().Append(index < history.Count ? history[index] : "");
        cursor = text.Length;
    }

    // A letter with its accents, or an emoji, is one step.
    private int Before(int index) => StringInfo.ParseCombiningCharacters(text.ToString()).LastOrDefault(start => start < index);

    private int After(int index) => StringInfo.ParseCombiningCharacters(text.ToString()).FirstOrDefault(start => start > index, text.Length);

    private void Erase()
    {
        if (prompt is not null)
            Console.Write("\r\u001b[K");
    }

    private void Draw()
    {
        if (prompt is null)
            return;
        var label = SafeText.Of(prompt());
        // The last column stays free: some terminals wrap when it is filled.
        var columns = Math.Max(Console.WindowWidth - Columns(label) - 1, 1);
        var (first, last) = (cursor, cursor);
        while (first > 0 && Columns(Shown(Before(first), last)) <= columns)
            first = Before(first);
        while (last < text.Length && Columns(Shown(first, After(last))) <= columns)
            last = After(last);
        Console.Write($"{label}{Shown(first, last)}");
        if (Columns(Shown(cursor, last)) is > 0 and var back)
            Console.Write($"\u001b[{back}D");
    }

    private string Shown(int from, int to) => SafeText.Of(text.ToString(from, to - from));

    private static int Columns(string text) => new Segment(text).CellCount();
}
