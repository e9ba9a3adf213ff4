using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Shows messages on the output, one a line, and everything else on the error output. Thread-safe.</summary>
internal interface IScreen
{
    /// <summary>Whether the output is a terminal that a person reads.</summary>
    bool IsInteractive { get; }

    /// <summary>Shows a message.</summary>
    /// <exception cref="IOException">The output cannot be written.</exception>
    void Show(Message message);

    /// <summary>Shows a text that is not a message.</summary>
    void Say(string text);

    /// <summary>Shows conversations with their unread counts.</summary>
    void List(IReadOnlyList<Conversation> conversations);

    /// <summary>Reads a line; null at the end of the input.</summary>
    /// <param name="prompt">Returns the prompt on a terminal.</param>
    string? ReadLine(Func<string> prompt);

    /// <summary>Removes the prompt at the end of the input.</summary>
    void EndInput();
}
