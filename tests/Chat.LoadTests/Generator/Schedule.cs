namespace Chat.LoadTests.Generator;

/// <summary>An open loop: messages are due at fixed times, whether the server keeps up or not.</summary>
/// <param name="start">The time of the first message, in nanoseconds of the monotonic clock.</param>
/// <param name="rate">Messages a second in total.</param>
internal sealed class Schedule(long start, double rate)
{
    private long taken;

    /// <summary>The time at which the next message is due. It is computed from the start, so that errors do not add up.</summary>
    public long NextDue => start + (long)(taken * 1e9 / rate);

    /// <summary>Takes the next message if it is due, and returns when it was due.</summary>
    public bool TryTake(long now, out long due)
    {
        due = NextDue;
        if (due > now)
            return false;
        taken++;
        return true;
    }
}
