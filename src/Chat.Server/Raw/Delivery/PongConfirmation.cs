using Chat.Server.Raw.Socket;

namespace Chat.Server.Raw.Delivery;

/// <summary>Finds out what a raw client has read, which it cannot say itself: its WebSocket stack answers a ping only once it has read
/// everything that was sent before it.</summary>
/// <remarks>
/// At most one ping is out: stacks drop a connection with many unanswered ones. A client that has never answered one counts what it was sent
/// as read after <see cref="SilentTime"/>, and is not asked again; one that has, and answers no more, is lost and confirms nothing.
/// </remarks>
/// <param name="ping">Sends a ping with this number behind everything that was sent.</param>
/// <param name="confirm">Called with a stream and the offset up to which the user has it.</param>
internal sealed class PongConfirmation(Func<long, Task> ping, TimeProvider time, Action<string, long> confirm) : IDisposable
{
    // A ping a frame would cost as much as the frame. What is read and not confirmed when a connection breaks is sent again; positions are
    // not saved more often, either.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    // How much longer a ping may wait for a frame to follow: one write takes both.
    private static readonly TimeSpan PingSlack = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a client that answers no pings must have kept the connection open after it was sent something.</summary>
    private static readonly TimeSpan SilentTime = TimeSpan.FromSeconds(10);

    // Those of the keep-alive count up from 1.
    private const long LeastNumber = 1L << 48;

    private readonly Lock gate = new();
    private readonly SentOffsets sent = new();
    private ITimer? timer;
    private long pingedAt;
    private bool answers, waking, ended;

    /// <summary>Asks for the first time, to know early whether the client answers. Nothing has been sent yet.</summary>
    public void Begin()
    {
        lock (gate)
            _ = PingAsync();
    }

    /// <summary>A frame of the stream was sent.</summary>
    public void Sent(StreamCursor stream, long offset)
    {
        lock (gate)
        {
            sent.Set(stream, offset);
            AskInTime();
        }
    }

    /// <summary>Something of the stream need not be sent: the user has it once it has what is before.</summary>
    public void Passed(StreamCursor stream, long offset)
    {
        lock (gate)
            if (sent.Contain(stream))
                sent.Set(stream, offset);
            else
                Confirm(stream, offset);
    }

    /// <summary>A pong came; false when it was not asked for, and so tells nothing.</summary>
    public bool Answered(long number)
    {
        lock (gate)
        {
            if (!sent.TryConfirm(number, Confirm))
                return false;
            answers = true;
            if (sent.HaveNew)
                AskInTime();
            return true;
        }
    }

    /// <summary>Asks once more, for everything; the close that is sent next ends the connection when its answer is on the way.</summary>
    public Task EndAsync()
    {
        lock (gate)
        {
            ended = true;
            return sent.AreConfirmed ? Task.CompletedTask : PingAsync();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            timer?.Dispose();
        }
    }

    /// <summary>Asks for what was sent, now or soon; while a ping is out, when it is answered.</summary>
    private void AskInTime()
    {
        // The first ping stays the only one until it is answered. Until then every interval is looked at by itself, and so is confirmed soon
        // after its time.
        if (!answers)
            WakeAfter(PingInterval);
        else if (sent.AreAsked)
            return;
        else if (time.GetElapsedTime(pingedAt) is var elapsed && elapsed < PingInterval)
            WakeAfter(PingInterval + PingSlack - elapsed);
        else if (!ended)
        {
            pingedAt = time.GetTimestamp();
            _ = PingAsync();
        }
    }

    private void Wake()
    {
        lock (gate)
        {
            waking = false;
            if (!answers && !ended)
                sent.ConfirmOlder(SilentTime, time, Confirm);
            if (sent.HaveNew)
                AskInTime();
        }
    }

    private async Task PingAsync()
    {
        // Nobody can answer what was not asked yet.
        var number = Random.Shared.NextInt64(LeastNumber, long.MaxValue);
        sent.Ask(number);
        try
        {
            await ping(number);
        }
        catch (Exception e) when (LostConnection.Is(e) || e is IOException)
        {
            // Whoever reads from the connection sees it too.
        }
    }

    private void Confirm(StreamCursor stream, long offset)
    {
        if (!stream.HasEnded)
            confirm(stream.Name, offset);
    }

    // Once is enough: whoever wakes looks at everything.
    private void WakeAfter(TimeSpan delay)
    {
        if (waking || ended)
            return;
        waking = true;
        timer ??= time.CreateTimer(static self => ((PongConfirmation)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }
}
