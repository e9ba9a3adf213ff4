using System.Text;
using System.Text.Json;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>A screen without colours, for files, pipes and other programs.</summary>
/// <param name="json">Whether to write messages as JSON, as on the wire.</param>
internal sealed class PlainScreen(bool json) : IScreen
{
    private readonly Stream output = StandardStreams.OpenOutput();

    public bool IsInteractive => false;

    /// <summary>Writes to the error output, and ignores failures.</summary>
    public static void WriteError(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The exit code still reports the result.
        }
    }

    public void Show(Message message)
    {
        // The serializer escapes everything except ASCII, so JSON is safe to print.
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

    public void Say(string text) => WriteError(SafeText.Of(text));

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
        // There is no prompt.
    }
}
