using System.Text;
using System.Text.Json;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>For files, pipes and other programs: no colours.</summary>
/// <param name="json">Messages as they are on the wire, instead of as people read them.</param>
internal sealed class PlainScreen(bool json) : IScreen
{
    private readonly Stream output = Inherited.OpenOutput();

    public bool IsLookedAt => false;

    /// <summary>Writes beside the output; it is no loss when that cannot be done.</summary>
    public static void Remark(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The exit code tells the most important.
        }
    }

    public void Show(Message message)
    {
        // JSON escapes all but ASCII: it is harmless as it is.
        var line = json ? JsonSerializer.Serialize(message, ChatJson.Default.Message) : Line.Of(message);
        try
        {
            lock (output)
                output.Write(Encoding.UTF8.GetBytes(line + Environment.NewLine));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the output cannot be written: {e.Message}", e);
        }
    }

    public void Say(string text) => Remark(Harmless.Text(text));

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
