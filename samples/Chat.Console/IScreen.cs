using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>Where a person or a program reads: messages, one a line, on the output, and everything else beside it. Thread-safe.</summary>
internal interface IScreen
{
    /// <summary>Whether it is a terminal, and somebody sees what is shown.</summary>
    bool IsLookedAt { get; }

    /// <summary>Shows a message.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    void Show(Message message);

    /// <summary>Says something that is no message.</summary>
    void Say(string text);

    /// <summary>Shows conversations and how much of each is unread.</summary>
    void List(IReadOnlyList<Conversation> conversations);

    /// <summary>Reads what is typed; null at the end.</summary>
    /// <param name="prompt">What to write before it, where somebody sees it.</param>
    string? ReadLine(Func<string> prompt);

    /// <summary>Nothing more is read.</summary>
    void EndInput();
}
