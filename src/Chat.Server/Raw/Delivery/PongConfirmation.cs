namespace Chat.Server.Raw.Delivery;

/// <summary>Finds out what a raw client has read. A WebSocket stack answers a ping only after it has read everything that was sent before it.</summary>
/// <remarks>
/// A state machine: no lock, no I/O, no timer, no clock. The owner passes the time in, calls one method at a time, and carries out each
/// <see cref="ConfirmationStep"/>.
/// <list type="bullet">
/// <item>At most one ping is outstanding, because stacks drop a connection with many unanswered pings. Only <see cref="Close"/> replaces it.</item>
/// <item>A pong confirms only what was sent when its ping was asked for. Other pongs confirm nothing.</item>
/// <item>A client that has answered no ping confirms what was sent <see cref="SilentTime"/> ago, and gets no second ping.</item>
/// <item>A client that has answered a ping confirms by pongs alone. If it answers no more, it is lost.</item>
/// <item>At most one wake is outstanding. While something is unconfirmed, either a ping or a wake is, until <see cref="Close"/> or <see cref="End"/>.</item>
/// </list>
/// </remarks>
/// <param name="random">Makes ping numbers that a client cannot guess.</param>
internal sealed class PongConfirmation(Random random)
{
    /// <summary>The shortest time between two pings: a ping for each frame would cost as much as the frame. Positions are saved as often.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    /// <summary>The time that a due ping waits for a frame, so that one write takes both.</summary>
    public static readonly TimeSpan PingSlack = TimeSpan.FromMilliseconds(100);

    /// <summary>The time after which a frame counts as read by a client that has answered no ping.</summary>
    public static readonly TimeSpan SilentTime = TimeSpan.FromSeconds(10);

    // The keep-alive pings of the WebSocket count up from 1.
    private const long LeastNumber = 1L << 48;

    // Every cursor whose Sent is above its Confirmed, once.
    private readonly List<StreamCursor> unconfirmed = [];

    // Reused by each step.
    private readonly List<StreamCursor> moved = [];
    private Queue<SentPoint>? points;
    private long ping;
    private TimeSpan nextPing;
    private bool answers, waking, ended;

    /// <summary>Asks for the first ping, before any stream is sent: its pong shows early whether the client answers.</summary>
    public ConfirmationStep Begin() => new(Ping: Ask());

    /// <summary>A frame was sent, and brought the stream to this offset.</summary>
    public ConfirmationStep Sent(StreamCursor stream, long offset, TimeSpan now)
    {
        Record(stream, offset);
        return Next(now);
    }

    /// <summary>The stream has come to this offset without a frame. The user has the offset once it has read every frame before it.</summary>
    public ConfirmationStep Passed(StreamCursor stream, long offset)
    {
        moved.Clear();
        if (stream.Confirmed < stream.Sent)
            Record(stream, offset);
        else
        {
            stream.Sent = Math.Max(stream.Sent, offset);
            Confirm(stream, stream.Sent);
        }
        return new(Confirmed: Moved);
    }

    /// <summary>A pong came. Returns false if the outstanding ping has another number, or if there is none.</summary>
    public bool TryAnswer(long number, TimeSpan now, out ConfirmationStep step)
    {
        step = default;
        if (ping == 0 || number != ping)
            return false;
        moved.Clear();
        (ping, answers, points) = (0, true, null);
        foreach (var stream in unconfirmed)
            Confirm(stream, stream.Asked);
        step = Continue(now);
        return true;
    }

    /// <summary>The wake that was asked for has come.</summary>
    public ConfirmationStep Wake(TimeSpan now)
    {
        waking = false;
        if (ended)
            return default;
        moved.Clear();
        if (!answers)
            ConfirmOld(now);
        return Continue(now);
    }

    /// <summary>Asks for a last ping if anything is unconfirmed. It replaces an outstanding ping, and no ping or wake follows it.</summary>
    public ConfirmationStep Close()
    {
        ended = true;
        return unconfirmed.Count == 0 ? default : new(Ping: Ask());
    }

    /// <summary>The connection is gone: no ping or wake follows.</summary>
    public void End() => ended = true;

    private IReadOnlyList<StreamCursor>? Moved => moved.Count == 0 ? null : moved;

    private void Record(StreamCursor stream, long offset)
    {
        if (offset <= stream.Sent)
            return;
        if (stream.Confirmed == stream.Sent)
            unconfirmed.Add(stream);
        stream.Sent = offset;
    }

    /// <summary>Asks for a ping now, or for a wake when one is due. While a ping is outstanding, its pong decides on the next one.</summary>
    private ConfirmationStep Next(TimeSpan now)
    {
        if (ended || (answers && ping != 0))
            return default;
        if (answers && now >= nextPing)
        {
            nextPing = now + PingInterval;
            return new(Ping: Ask());
        }
        if (waking)
            return default;
        waking = true;
        return new(WakeAfter: answers ? nextPing + PingSlack - now : PingInterval);
    }

    private ConfirmationStep Continue(TimeSpan now)
    {
        unconfirmed.RemoveAll(static stream => stream.Confirmed == stream.Sent);
        var step = unconfirmed.Exists(static stream => stream.Sent > stream.Asked) ? Next(now) : default;
        return step with { Confirmed = Moved };
    }

    private long Ask()
    {
        foreach (var stream in unconfirmed)
            stream.Asked = stream.Sent;
        return ping = random.NextInt64(LeastNumber, long.MaxValue);
    }

    /// <summary>Marks what was sent until now, and confirms the points that are old enough.</summary>
    private void ConfirmOld(TimeSpan now)
    {
        points ??= new();
        foreach (var stream in unconfirmed)
            if (stream.Sent > stream.LastPoint)
                points.Enqueue(new SentPoint(stream, stream.LastPoint = stream.Sent, now));
        while (points.TryPeek(out var oldest) && now - oldest.At >= SilentTime)
        {
            points.Dequeue();
            Confirm(oldest.Stream, oldest.Offset);
        }
    }

    private void Confirm(StreamCursor stream, long offset)
    {
        if (offset <= stream.Confirmed)
            return;
        stream.Confirmed = offset;
        stream.Asked = Math.Max(stream.Asked, offset);
        if (!stream.HasEnded)
            moved.Add(stream);
    }

    /// <summary>A stream had been sent up to this offset at this time.</summary>
    private readonly record struct SentPoint(StreamCursor Stream, long Offset, TimeSpan At);
}

/// <summary>The step that the owner of a <see cref="PongConfirmation"/> must take.</summary>
/// <param name="Ping">The number of a ping to send behind everything that was sent; 0 for none.</param>
/// <param name="WakeAfter">The time after which to call <see cref="PongConfirmation.Wake"/>; null for none.</param>
/// <param name="Confirmed">The streams whose <see cref="StreamCursor.Confirmed"/> has moved; null for none. Valid until the next call.</param>
internal readonly record struct ConfirmationStep(long Ping = 0, TimeSpan? WakeAfter = null, IReadOnlyList<StreamCursor>? Confirmed = null);
