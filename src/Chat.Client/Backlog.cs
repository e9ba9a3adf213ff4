using Chat.Protocol;

namespace Chat.Client;

/// <summary>How much waits for the consumer. What comes live while it is full is left to the log, and read from there.</summary>
internal sealed class Backlog
{
    private const int MaxMessages = 1000;
    private const int MaxCharacters = 1 << 20;

    private int messages, characters;

    public bool IsFull => messages >= MaxMessages || characters >= MaxCharacters;

    public void Add(Message message) => Count(1, message);

    public void Remove(Message message) => Count(-1, message);

    private void Count(int sign, Message message) => (messages, characters) = (messages + sign, characters + sign * message.Content.Length);
}
