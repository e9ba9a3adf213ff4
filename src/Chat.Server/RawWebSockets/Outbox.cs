using System.Threading.Channels;
using Chat.Protocol;

namespace Chat.Server.RawWebSockets;

/// <summary>What waits to be sent on a raw connection, in order.</summary>
/// <remarks>
/// The user's mailbox is sent without gaps: a live message is queued only when it is the very next one and there is room. Any other is not
/// kept, because the log keeps it: the connection is then <em>behind</em>, reads on from the log, and goes live again once it has reached the
/// newest message that it was told of. It begins behind, so catching up after registration is no case of its own.
/// </remarks>
/// <param name="maxBytes">Most bytes that wait; 0 for no bound.</param>
/// <param name="confirm">Called with an offset when everything up to it has been sent, or is the user's own.</param>
internal sealed class Outbox(int maxBytes, Action<long> confirm)
{
    private readonly Lock gate = new();
    private readonly Channel<Outgoing> queue = Channel.CreateUnbounded<Outgoing>(new() { SingleReader = true });
    private long queuedBytes;
    private int waiting; // messages that are queued and not sent yet
    private long next;   // the offset that follows what is queued or sent
    private long newest; // the newest offset that the connection was told of
    private bool behind = true;
    private volatile bool closing;

    public ChannelReader<Outgoing> Queue => queue.Reader;

    public bool IsClosing => closing;

    /// <summary>Begins to read the mailbox, from the log at first.</summary>
    public void CatchUp() => queue.Writer.TryWrite(Outgoing.FromLog);

    /// <summary>Takes a live message if it is the next one; a sent copy only moves the offset.</summary>
    public void Add(ColonRecord message)
    {
        var copied = 0L;
        lock (gate)
        {
            newest = Math.Max(newest, message.Number);
            if (behind || message.Number < next)
                return;
            if (message.Number > next || (maxBytes > 0 && queuedBytes + message.Frame.Length > maxBytes))
            {
                behind = true;
                CatchUp();
                return;
            }
            next++;
            if (message.Kind == ColonRecordKind.SentCopy)
                copied = waiting == 0 ? message.Number : 0;
            else
            {
                waiting++;
                queuedBytes += message.Frame.Length;
                queue.Writer.TryWrite(new Outgoing(message.Frame, message.Number));
            }
        }
        if (copied > 0)
            confirm(copied);
    }

    /// <summary>Takes a frame that is not in the log; false when there is no room for it.</summary>
    public bool AddNotice(ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            if (maxBytes > 0 && queuedBytes + frame.Length > maxBytes)
                return false;
            queuedBytes += frame.Length;
        }
        queue.Writer.TryWrite(new Outgoing(frame, 0));
        return true;
    }

    /// <summary>Ends the connection once everything that is queued has been sent; what is only in the log waits for the next connection.</summary>
    public void Close(int code, string reason)
    {
        closing = true;
        queue.Writer.TryWrite(new Outgoing(default, 0, code, reason));
        queue.Writer.TryComplete();
    }

    /// <summary>Makes room after a frame was sent, and confirms it together with the sent copies behind it.</summary>
    public void Sent(Outgoing outgoing)
    {
        var sent = outgoing.Offset;
        lock (gate)
        {
            queuedBytes -= outgoing.Frame.Length;
            if (sent > 0 && --waiting == 0)
                sent = next - 1;
        }
        if (sent > 0)
            confirm(sent);
    }

    /// <summary>Confirms what was sent from the log.</summary>
    public void SentFromLog(long offset) => confirm(offset);

    /// <summary>The last offset that was queued before the connection fell behind, to read on from.</summary>
    public long LastQueued
    {
        get { lock (gate) return next - 1; }
    }

    /// <summary>Goes live if there is nothing newer than <paramref name="offset"/>, up to which everything has been sent.</summary>
    public bool TryGoLive(long offset)
    {
        lock (gate)
        {
            next = offset + 1;
            behind = newest > offset;
            return !behind;
        }
    }
}

/// <summary>One thing to do on the socket.</summary>
/// <param name="Frame">The text frame to send.</param>
/// <param name="Offset">Its offset in the mailbox; 0 when it is in none.</param>
/// <param name="Close">The code to end the connection with.</param>
internal readonly record struct Outgoing(ReadOnlyMemory<byte> Frame, long Offset, int? Close = null, string? Reason = null, bool IsFromLog = false)
{
    /// <summary>Send what is in the log and has not been sent.</summary>
    public static readonly Outgoing FromLog = new(default, 0, IsFromLog: true);
}
