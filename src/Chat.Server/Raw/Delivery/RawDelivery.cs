using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.History;
using Chat.Server.Topics;

namespace Chat.Server.Raw.Delivery;

/// <summary>Decides what one raw connection sends, in which order, and what its user has confirmed.</summary>
/// <remarks>
/// One lock guards the send queue, the stream cursors and the confirmation. Every method takes it. The methods in this file may be called on any
/// thread, those in <c>RawDelivery.Sender.cs</c> by the sender alone. Code under the lock never waits, never reads the log, and never starts a
/// write to the socket.
/// <list type="bullet">
/// <item>Only the sender (<see cref="RawSender"/>) writes frames, pings and the close. So a ping stands behind every frame that was sent before it.</item>
/// <item>Each stream is sent in the order of its offsets, without gaps. A live message is queued only if it is the next one and there is room.
/// Otherwise the stream is <em>behind</em>: the sender reads it from the log up to the newest announced offset. A stream begins behind.</item>
/// <item>Frames in the queue have at most <c>maxQueuedBytes</c> bytes. Besides them wait at most one value a subscription, one ping and one close,
/// and one catch-up each time that a stream falls behind.</item>
/// <item>An offset is confirmed only when the client has answered a ping behind it, or by the rule for silent clients of <see cref="PongConfirmation"/>.</item>
/// <item>After <see cref="Close"/> nothing is added. What is queued is sent first; what is only in the log waits for the next connection.</item>
/// </list>
/// </remarks>
/// <param name="maxQueuedBytes">The bound of the queue in bytes; 0 for none.</param>
/// <param name="positions">Gets the confirmed offsets. Its <see cref="ConfirmedPositions.Advance"/> never waits, and is called under the lock.</param>
/// <param name="time">The clock and the timer of the confirmation.</param>
internal sealed partial class RawDelivery(int maxQueuedBytes, ConfirmedPositions positions, TimeProvider time) : ICatchUp, IValueOutput, IDisposable
{
    private readonly Lock gate = new();
    private readonly SendQueue queue = new();
    private readonly StreamCursors streams = new();
    private readonly PongConfirmation confirmation = new(Random.Shared);
    private readonly long began = time.GetTimestamp();
    private ITimer? timer;
    private volatile bool closing;

    /// <summary>Whether the connection is to be closed. Read without the lock.</summary>
    public bool IsClosing => closing;

    /// <summary>A raw client gets no answers to its calls.</summary>
    public bool ReceivesAnswers => false;

    /// <summary>Bytes of the frames that are queued or being sent.</summary>
    public long QueuedBytes
    {
        get { lock (gate) return queue.Bytes; }
    }

    /// <summary>The streams that have begun and not ended.</summary>
    public IReadOnlyCollection<string> Streams
    {
        get { lock (gate) return streams.Names; }
    }

    private TimeSpan Now => time.GetElapsedTime(began);

    /// <summary>Sends the first ping. Called once, before any stream begins.</summary>
    public void BeginConfirmation()
    {
        lock (gate)
            Apply(confirmation.Begin());
    }

    /// <summary>Begins a stream after an offset, from the log. The first stream is the mailbox of the user.</summary>
    public void Begin(string stream, long after)
    {
        lock (gate)
            queue.Add(Outgoing.CatchUp(streams.Add(stream, after)));
    }

    /// <summary>Ends a room: its queued messages are not sent.</summary>
    public void End(string stream)
    {
        lock (gate)
            streams.EndRoom(stream);
    }

    /// <summary>Queues a live message if it is the next one of its stream. Called by the hub.</summary>
    public void Add(ColonRecord message)
    {
        lock (gate)
        {
            // Before a stream begins, the log alone keeps its messages.
            if (streams.Find(message) is not { } stream || !IsNext(stream, message.Offset, queue.IsClosed || !HasSpace(message.Frame)))
                return;
            stream.Queued = message.Offset;
            stream.Waiting++;
            queue.Add(Outgoing.Message(stream, message.Offset, message.Frame));
        }
    }

    /// <summary>Moves the mailbox on over a sent copy, which needs no frame.</summary>
    public void PassSentCopy(long offset)
    {
        lock (gate)
        {
            if (streams.Mailbox is not { } mailbox || !IsNext(mailbox, offset, lacksSpace: false))
                return;
            mailbox.Queued = offset;
            if (mailbox.Waiting == 0)
                Apply(confirmation.Passed(mailbox, offset));
        }
    }

    /// <summary>Queues a subscription that has a new value. It takes no room, because it waits only once.</summary>
    public void Enqueue(Subscription subscription)
    {
        lock (gate)
            queue.Add(Outgoing.Value(subscription));
    }

    /// <summary>Queues a frame that is not in the log. Returns false if there is no room for it.</summary>
    public bool TryAddServerFrame(ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            if (!HasSpace(frame))
                return false;
            queue.Add(Outgoing.ServerFrame(frame));
            return true;
        }
    }

    /// <summary>Closes the connection behind what is queued. Only the first close counts.</summary>
    public void Close(int code, string reason)
    {
        lock (gate)
        {
            closing = true;
            queue.Add(Outgoing.Close(new CloseFrame(code, reason)));
        }
    }

    /// <summary>Confirms what the pong answers. Returns false if no ping with this number is outstanding.</summary>
    public bool TryAnswer(long number)
    {
        var now = Now;
        lock (gate)
        {
            var isAnswer = confirmation.TryAnswer(number, now, out var step);
            Apply(step);
            return isAnswer;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            confirmation.End();
            timer?.Dispose();
        }
    }

    /// <summary>Returns whether a live entry is queued. If it is not the next one, or has no space, the stream falls behind.</summary>
    private bool IsNext(StreamCursor stream, long offset, bool lacksSpace)
    {
        stream.Newest = Math.Max(stream.Newest, offset);
        if (stream.IsBehind || offset <= stream.Queued)
            return false;
        if (offset == stream.Queued + 1 && !lacksSpace)
            return true;
        stream.IsBehind = true;
        queue.Add(Outgoing.CatchUp(stream));
        return false;
    }

    /// <summary>Called by the timer.</summary>
    private void Wake()
    {
        var now = Now;
        lock (gate)
            Apply(confirmation.Wake(now));
    }

    private void Apply(in ConfirmationStep step)
    {
        // A loop by index allocates no enumerator.
        for (var i = 0; i < step.Confirmed?.Count; i++)
            positions.Advance(streams.Mailbox!.Name, step.Confirmed[i].Name, step.Confirmed[i].Confirmed);
        if (step.Ping != 0)
            queue.AddPing(step.Ping);
        if (step.WakeAfter is not { } delay)
            return;
        timer ??= time.CreateTimer(static self => ((RawDelivery)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private bool HasSpace(ReadOnlyMemory<byte> frame) => maxQueuedBytes == 0 || queue.Bytes + frame.Length <= maxQueuedBytes;
}
