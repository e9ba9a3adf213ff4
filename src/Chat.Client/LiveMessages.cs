using System.Threading.Channels;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>A bounded queue of live messages, with marks where messages were missed. Thread-safe: the connection writes, the reader reads.</summary>
internal sealed class LiveMessages
{
    private const int MaxMessages = 1000;
    private const int MaxCharacters = 1 << 20;

    private readonly Channel<Message?> waiting = Channel.CreateUnbounded<Message?>();
    private int characters;
    private bool missed;

    /// <summary>Adds a message. A full queue marks it as missed instead.</summary>
    public void Receive(Message message)
    {
        if (waiting.Reader.Count >= MaxMessages || Volatile.Read(ref characters) >= MaxCharacters)
        {
            MarkMissed();
            return;
        }
        Interlocked.Add(ref characters, message.Content.Length);
        waiting.Writer.TryWrite(message);
    }

    /// <summary>Marks that the log has messages that did not come live. They are read after the messages that wait now.</summary>
    public void MarkMissed()
    {
        if (!Interlocked.Exchange(ref missed, true))
            waiting.Writer.TryWrite(null);
    }

    /// <summary>Waits for the next message. Returns null at a mark: the log must be read first.</summary>
    public async ValueTask<Message?> NextAsync(CancellationToken cancellationToken)
    {
        var next = await waiting.Reader.ReadAsync(cancellationToken);
        if (next is null)
            Volatile.Write(ref missed, false);
        else
            Interlocked.Add(ref characters, -next.Content.Length);
        return next;
    }
}
