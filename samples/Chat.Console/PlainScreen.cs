using System.Text.Json;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>For files, pipes and other programs: no colours.</summary>
/// <param name="json">Messages as they are on the wire, instead of as people read them.</param>
internal sealed class PlainScreen(bool json) : IScreen
{
    // Escapes all but ASCII: what it writes is harmless as it is.
    public void Show(Message message) => Console.Out.WriteLine(json ? JsonSerializer.Serialize(message, ChatJson.Default.Message) : Line.Of(message));

    public void Say(string text) => Console.Error.WriteLine(Harmless.Text(text));

    public void List(IReadOnlyList<Conversation> conversations)
    {
        foreach (var conversation in conversations)
        {
            var (name, unread, last) = Line.Of(conversation);
            Say($"{name}  {unread}  {last}");
        }
    }

    public string? ReadLine(Func<string> prompt) => Console.In.ReadLine();

    public void EndInput()
    {
        // There is no prompt to take away.
    }
}
