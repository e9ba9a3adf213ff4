namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>The log's time, which measures ages. Belongs to the writer.</summary>
/// <remarks>It follows the monotonic clock, and moves forward to the machine's clock while that is trusted. It never goes back, so that messages stamped
/// by a wrong clock are as old as those around them. After a step, the machine's clock is not trusted until it has been stable for an hour. A machine
/// that was suspended, or off for a day, looks like a step.</remarks>
internal sealed partial class LogClock(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan StablePeriod = TimeSpan.FromHours(1);

    // A time service corrects less than this at once, unless it is configured otherwise.
    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(5);

    // A server may be off for a night.
    private static readonly TimeSpan DowntimeLimit = TimeSpan.FromHours(24);

    // The clocks and the log's time at the last reference point.
    private long anchor, untrustedSince, lastRead;
    private DateTimeOffset anchorWall, anchorNow;
    private bool hasWarned;

    /// <summary>The machine's clock when it was last read.</summary>
    public DateTimeOffset Wall { get; private set; }

    /// <summary>The log's time when the clocks were last read.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The machine's clock without untrusted steps.</summary>
    public DateTimeOffset TrustedWall { get; private set; }

    /// <summary>Whether the machine's clock is not trusted. The server then deletes nothing because of its age.</summary>
    public bool IsUntrusted { get; private set; }

    /// <summary>Whether the log's time jumped forward when the clock became trusted again.</summary>
    public bool HasJumped { get; private set; }

    /// <summary>Continues the time of a log.</summary>
    /// <param name="lastNow">The last stored log time; null if there is none.</param>
    /// <param name="lastWall">The last stored time of the machine's clock; null in an empty file.</param>
    public void Begin(DateTimeOffset? lastNow, DateTimeOffset? lastWall)
    {
        ReadClocks(out var timestamp);
        TrustedWall = lastWall ?? Wall;
        var step = Wall - TrustedWall;
        if (step.Duration() > DowntimeLimit)
        {
            Now = lastNow ?? Earlier(TrustedWall, Wall);
            Distrust(timestamp);
            hasWarned = true;
            LogWrongAtStart(logger, Amount(step), step > TimeSpan.Zero ? "after" : "before", Wall, Wall + StablePeriod);
        }
        else
        {
            Now = lastNow is { } last ? Later(last, Wall) : Wall;
            TrustedWall = Wall;
            // A machine without a clock battery gets the time after its start. In an empty log the distrust costs nothing.
            if (lastWall is null)
                Distrust(timestamp);
        }
        SetAnchor(timestamp);
    }

    /// <summary>Reads the clocks. Called at the start of each transaction.</summary>
    public void Read()
    {
        var (seen, seenWall) = (lastRead, Wall);
        ReadClocks(out var timestamp);
        var elapsed = time.GetElapsedTime(anchor, timestamp);
        // Small steps may add up, and a step may undo an earlier one.
        var step = Larger(Wall - anchorWall - elapsed, Wall - seenWall - time.GetElapsedTime(seen, timestamp));
        Now = anchorNow + elapsed;
        if (step.Duration() > StepLimit)
        {
            if (!IsUntrusted)
                TrustedWall = anchorWall + elapsed;
            Distrust(timestamp);
            SetAnchor(timestamp);
            hasWarned = true;
            LogStep(logger, step > TimeSpan.Zero ? "forward" : "back", Amount(step), Wall, Wall + StablePeriod);
            return;
        }
        if (IsUntrusted)
        {
            if (time.GetElapsedTime(untrustedSince, timestamp) < StablePeriod)
                return;
            IsUntrusted = false;
            HasJumped = Wall - Now > StepLimit;
            if (hasWarned)
                LogTrusted(logger);
            hasWarned = false;
        }
        TrustedWall = Wall;
        var behind = Wall - Now;
        if (behind > TimeSpan.Zero)
            (Now, anchorNow) = (Wall, anchorNow + behind);
        // The monotonic clock drifts, too: steps are measured within an hour.
        if (elapsed > StablePeriod)
            SetAnchor(timestamp);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static TimeSpan Larger(TimeSpan one, TimeSpan other) => one.Duration() >= other.Duration() ? one : other;

    private static string Amount(TimeSpan step) => step.Duration() switch
    {
        { TotalDays: >= 2 } days => FormattableString.Invariant($"{days.TotalDays:0.0} days"),
        { TotalHours: >= 2 } hours => FormattableString.Invariant($"{hours.TotalHours:0.0} hours"),
        var minutes => FormattableString.Invariant($"{minutes.TotalMinutes:0.0} minutes"),
    };

    private void Distrust(long timestamp) => (IsUntrusted, HasJumped, untrustedSince) = (true, false, timestamp);

    private void SetAnchor(long timestamp) => (anchor, anchorWall, anchorNow) = (timestamp, Wall, Now);

    /// <summary>Reads both clocks at one moment; a pause of the thread between them would look like a step.</summary>
    private void ReadClocks(out long timestamp)
    {
        long before;
        do
        {
            before = time.GetTimestamp();
            Wall = time.GetUtcNow();
            timestamp = time.GetTimestamp();
        }
        while (time.GetElapsedTime(before, timestamp) > TimeSpan.FromSeconds(1));
        lastRead = timestamp;
    }

    [LoggerMessage(50, LogLevel.Warning, "The machine's clock went {Direction} by {Amount}, to {Wall:u}. The server deletes no old message and "
        + "forgets no idempotency key until the clock has been stable for an hour, at {Until:u} by this clock.")]
    private static partial void LogStep(ILogger logger, string direction, string amount, DateTimeOffset wall, DateTimeOffset until);

    [LoggerMessage(51, LogLevel.Warning, "The machine's clock, {Wall:u}, is {Amount} {Direction} the last time in the message log: it is wrong, or the "
        + "server was off. The server deletes no old message and forgets no idempotency key until the clock has been stable for an hour, at {Until:u} "
        + "by this clock.")]
    private static partial void LogWrongAtStart(ILogger logger, string amount, string direction, DateTimeOffset wall, DateTimeOffset until);

    [LoggerMessage(52, LogLevel.Information, "The machine's clock has been stable for an hour. The server deletes old messages again.")]
    private static partial void LogTrusted(ILogger logger);
}
