using Chat.Protocol;
using Spectre.Console;

namespace Chat.Terminal;

/// <summary>For people at a terminal: colours, and a line to type in that stays whole when messages come.</summary>
internal sealed class TerminalScreen : IScreen
{
    // Readable on light and on dark.
    private static readonly Color[] OfNames =
    [
        Color.DodgerBlue2, Color.SeaGreen3, Color.DarkOrange, Color.MediumOrchid, Color.IndianRed, Color.DarkCyan,
        Color.Gold3, Color.SlateBlue1, Color.HotPink3, Color.DarkOliveGreen3, Color.SteelBlue, Color.RosyBrown, Color.Chartreuse4,
    ];

    private static readonly Style Dim = new(decoration: Decoration.Dim);

    private readonly IAnsiConsole messages = AnsiConsole.Console;
    private readonly IAnsiConsole remarks = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly LineEditor editor = new();

    /// <summary>Whether there is a terminal that can do what this needs.</summary>
    public static bool IsPossible => !Console.IsInputRedirected && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    public bool IsLookedAt => true;

    public void Show(Message message) => editor.WriteAbove(() => messages.Write(new Paragraph()
        .Append($"{Line.Time(message)} ", Dim)
        .Append(Harmless.Text(message.From), OfName(message.From))
        .Append(" → ", Dim)
        .Append(Harmless.Text(message.To), OfName(message.To))
        .Append($": {Harmless.Text(message.Content)}\n")));

    public void Say(string text) => editor.WriteAbove(() => remarks.Write(new Paragraph(Harmless.Text(text) + "\n", Dim)));

    public void List(IReadOnlyList<Conversation> conversations)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders()
            .AddColumn(new TableColumn("").NoWrap()).AddColumn(new TableColumn("").NoWrap()).AddColumn(new TableColumn("").NoWrap());
        foreach (var conversation in conversations)
        {
            var (name, unread, last) = Line.Of(conversation);
            table.AddRow(new Text(name, OfName(name)), new Text(unread, new Style(decoration: Decoration.Bold)), new Text(last, Dim).Ellipsis());
        }
        editor.WriteAbove(() => remarks.Write(table));
    }

    public string? ReadLine(Func<string> prompt) => editor.ReadLine(prompt);

    public void EndInput() => editor.End();

    // The same on each run and each machine, which string.GetHashCode is not.
    private static Style OfName(string name) => new(OfNames[name.Aggregate(0u, (hash, c) => hash * 31 + c) % OfNames.Length]);
}
