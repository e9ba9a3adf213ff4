using System.Threading.Channels;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>What has come live and waits for its reader, and where in between something was missed. Thread-safe: the connection puts in,
/// the reader takes out.</summary>
internal sealed class LiveMessages
{
    private const int MaxMessages = 1000;
    private const int MaxCharacters = 1 << 20;

    private readonly Channel<Message?> waiting = Channel.CreateUnbounded<Message?>();
    private int characters;
    private bool missed;

    /// <summary>Takes a message, or leaves it to the log when too much waits.</summary>
    public void Receive(Message message)
    {
        if (waiting.Reader.Count >= MaxMessages || Volatile.Read(ref characters) >= MaxCharacters)
        {
            Miss();
            return;
        }
        Interlocked.Add(ref characters, message.Content.Length);
        waiting.Writer.TryWrite(message);
    }

    /// <summary>Something is in the log that did not come live. It is read when all that waits before it has been taken.</summary>
    public void Miss()
    {
        if (!Interlocked.Exchange(ref missed, true))
            waiting.Writer.TryWrite(null);
    }

    /// <summary>Waits for the next message; null when the log is to be read first. What is missed from then on is for another time.</summary>
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
