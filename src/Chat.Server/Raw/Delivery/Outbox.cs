using System.Text;
using System.Threading.Channels;
using Chat.Protocol;
using Chat.Server.Topics;

namespace Chat.Server.Raw.Delivery;

/// <summary>What waits to be sent on a raw connection, in order.</summary>
/// <remarks>
/// A stream is sent without gaps: a live message is queued only when it is the very next one and there is room. Any other is not kept,
/// because the log keeps it: the stream is then <em>behind</em>, is read on from the log, and goes live again once it has reached the newest
/// message that the connection was told of. It begins behind, so catching up after registration is no case of its own.
/// </remarks>
/// <param name="maxBytes">Most bytes that wait; 0 for no bound.</param>
/// <param name="confirmation">Told what has been sent, and what is the user's own.</param>
internal sealed class Outbox(int maxBytes, PongConfirmation confirmation)
{
    private readonly Lock gate = new();

    // Bounded by bytes, not by count; of the two kinds of channel, this one takes no memory while it is empty.
    private readonly Channel<Outgoing> queue = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(int.MaxValue) { SingleReader = true });

    private StreamCursor? mailbox;
    private Dictionary<string, StreamCursor>? rooms;
    private long queuedBytes;
    private volatile bool closing;

    public ChannelReader<Outgoing> Queue => queue.Reader;

    public bool IsClosing => closing;

    /// <summary>What is queued.</summary>
    public long QueuedBytes
    {
        get { lock (gate) return queuedBytes; }
    }

    /// <summary>The streams that have begun and not ended.</summary>
    public IReadOnlyCollection<string> Streams
    {
        get { lock (gate) return mailbox is null ? [] : [mailbox.Name, .. (IEnumerable<string>?)rooms?.Keys ?? []]; }
    }

    /// <summary>Begins a stream after an offset, from the log at first. The user's mailbox is the first to begin.</summary>
    public void Begin(string stream, long after)
    {
        lock (gate)
        {
            var cursor = new StreamCursor(stream, after);
            if (mailbox is null)
                mailbox = cursor;
            else
                (rooms ??= new(StringComparer.Ordinal)).Add(stream, cursor);
            CatchUp(cursor);
        }
    }

    /// <summary>Ends a room: what is queued of it is not sent.</summary>
    public void End(string room)
    {
        lock (gate)
            if (rooms?.Remove(room, out var cursor) == true)
                cursor.HasEnded = true;
    }

    /// <summary>Takes a live message if it is the next one; a sent copy only moves the offset.</summary>
    public void Add(ColonRecord message)
    {
        var copied = 0L;
        StreamCursor? stream;
        lock (gate)
        {
            // What comes before the stream has begun is in the log when it does.
            if ((stream = StreamOf(message)) is null)
                return;
            stream.Newest = Math.Max(stream.Newest, message.Number);
            if (stream.IsBehind || message.Number < stream.Next)
                return;
            if (message.Number > stream.Next || (maxBytes > 0 && queuedBytes + message.Frame.Length > maxBytes))
            {
                stream.IsBehind = true;
                CatchUp(stream);
                return;
            }
            stream.Next++;
            if (message.Kind == ColonRecordKind.SentCopy)
                copied = stream.Waiting == 0 ? message.Number : 0;
            else
            {
                stream.Waiting++;
                queuedBytes += message.Frame.Length;
                queue.Writer.TryWrite(new Outgoing(message.Frame, stream, message.Number));
            }
        }
        if (copied > 0)
            confirmation.Passed(stream, copied);
    }

    /// <summary>Takes a subscription that has a new value; it needs no room, because it waits only once.</summary>
    public void Add(Subscription subscription) => queue.Writer.TryWrite(new Outgoing(Value: subscription));

    /// <summary>Takes a frame that is not in the log; false when there is no room for it.</summary>
    public bool AddNotice(ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            if (maxBytes > 0 && queuedBytes + frame.Length > maxBytes)
                return false;
            queuedBytes += frame.Length;
        }
        queue.Writer.TryWrite(new Outgoing(frame));
        return true;
    }

    /// <summary>Ends the connection once everything that is queued has been sent; what is only in the log waits for the next connection.</summary>
    public void Close(int code, string reason)
    {
        closing = true;
        queue.Writer.TryWrite(new Outgoing(Close: new CloseFrame(code, reason)));
        queue.Writer.TryComplete();
    }

    /// <summary>Makes room after a frame was sent, and passes the sent copies behind it.</summary>
    public void Sent(Outgoing outgoing)
    {
        var stream = outgoing.Stream is { HasEnded: false } going ? going : null;
        // While it still counts as waiting: a copy that comes now would be the first that nothing is before.
        if (stream is not null)
            confirmation.Sent(stream, outgoing.Offset);
        var passed = 0L;
        lock (gate)
        {
            queuedBytes -= outgoing.Frame.Length;
            if (outgoing.Stream is { } cursor && --cursor.Waiting == 0)
                passed = cursor.Next - 1;
        }
        if (stream is not null && passed > outgoing.Offset)
            confirmation.Passed(stream, passed);
    }

    /// <summary>The last offset that was queued before the stream fell behind, to read on from.</summary>
    public long LastQueued(StreamCursor stream)
    {
        lock (gate)
            return stream.Next - 1;
    }

    /// <summary>Goes live if there is nothing newer than <paramref name="offset"/>, up to which everything has been sent.</summary>
    public bool TryGoLive(StreamCursor stream, long offset)
    {
        lock (gate)
        {
            stream.Next = offset + 1;
            stream.IsBehind = stream.Newest > offset;
            return !stream.IsBehind;
        }
    }

    private void CatchUp(StreamCursor stream) => queue.Writer.TryWrite(new Outgoing(Stream: stream));

    // A room's frame begins with its name; a user id never begins like one.
    private StreamCursor? StreamOf(ColonRecord message)
    {
        var frame = message.Frame.Span;
        if (frame is not [(byte)'#', ..])
            return mailbox;
        if (rooms is null)
            return null;
        Span<char> name = stackalloc char[Name.MaxBytes];
        var length = Encoding.UTF8.GetChars(frame[..frame.IndexOf((byte)':')], name);
        return rooms.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..length], out var room) ? room : null;
    }
}
