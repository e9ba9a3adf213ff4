using Chat.Protocol;
using Spectre.Console;

namespace Chat.Terminal;

/// <summary>A screen for a terminal, with colours and an input line below the messages.</summary>
internal sealed class TerminalScreen : IScreen
{
    // Readable on light and dark backgrounds.
    private static readonly Color[] NameColors =
    [
        Color.DodgerBlue2, Color.SeaGreen3, Color.DarkOrange, Color.MediumOrchid, Color.IndianRed, Color.DarkCyan,
        Color.Gold3, Color.SlateBlue1, Color.HotPink3, Color.DarkOliveGreen3, Color.SteelBlue, Color.RosyBrown, Color.Chartreuse4,
    ];

    private static readonly Style Dim = new(decoration: Decoration.Dim);

    private readonly IAnsiConsole messages = AnsiConsole.Console;
    private readonly IAnsiConsole notes = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly LineEditor editor = new();

    /// <summary>Whether input and output are a terminal with ANSI support.</summary>
    public static bool IsPossible => !Console.IsInputRedirected && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    public bool IsInteractive => true;

    public void Show(Message message) => editor.WriteAbove(() => messages.Write(new Paragraph()
        .Append($"{Line.Time(message)} ", Dim)
        .Append(SafeText.Of(message.From), StyleOf(message.From))
        .Append(" → ", Dim)
        .Append(SafeText.Of(message.To), StyleOf(message.To))
        .Append($": {SafeText.Of(message.Content)}\n")));

    public void Say(string text) => editor.WriteAbove(() => notes.Write(new Paragraph(SafeText.Of(text) + "\n", Dim)));

    public void List(IReadOnlyList<Conversation> conversations)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders()
            .AddColumn(new TableColumn("").NoWrap()).AddColumn(new TableColumn("").NoWrap()).AddColumn(new TableColumn("").NoWrap());
        foreach (var conversation in conversations)
        {
            var (name, unread, last) = Line.Of(conversation);
            table.AddRow(new Text(name, StyleOf(name)), new Text(unread, new Style(decoration: Decoration.Bold)), new Text(last, Dim).Ellipsis());
        }
        editor.WriteAbove(() => notes.Write(table));
    }

    public string? ReadLine(Func<string> prompt) => editor.ReadLine(prompt);

    public void EndInput() => editor.End();

    // Unlike string.GetHashCode, the same on each run and each machine.
    private static Style StyleOf(string name) => new(NameColors[name.Aggregate(0u, (hash, c) => hash * 31 + c) % NameColors.Length]);
}
