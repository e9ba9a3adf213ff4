namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>The log's own time, by which ages are measured. Belongs to the writer.</summary>
/// <remarks>It runs with the monotonic clock, and follows the machine's clock forward while that is trusted. It never goes back: so messages that
/// were stamped by a wrong clock become neither older nor younger than those around them. A step of the machine's clock ends the trust until the
/// clock has been stable for an hour. A machine that was suspended, or off for a day, looks the same, and is treated the same.</remarks>
internal sealed partial class LogClock(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan StablePeriod = TimeSpan.FromHours(1);

    // More than a time service corrects at once without being told.
    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(5);

    // A server may be off overnight.
    private static readonly TimeSpan DowntimeLimit = TimeSpan.FromHours(24);

    // The clocks and the log's time at the last comparison that counted.
    private long anchor, heldSince, looked;
    private DateTimeOffset anchorWall, anchorNow;
    private bool hasWarned;

    /// <summary>The machine's clock at the last look.</summary>
    public DateTimeOffset Wall { get; private set; }

    /// <summary>The log's time at the last look.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The time by the machine's clock, or by a clock that was not stepped.</summary>
    public DateTimeOffset TrustedWall { get; private set; }

    /// <summary>Whether the machine's clock is not trusted: nothing may be deleted or forgotten for its age.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Whether the log's time was moved forward when the clock was trusted again.</summary>
    public bool HasJumped { get; private set; }

    /// <summary>Goes on with a log.</summary>
    /// <param name="lastNow">The log's time when it was last noted; null in a file that has none.</param>
    /// <param name="lastWall">The last time of the machine's clock in the file; null in an empty one.</param>
    public void Begin(DateTimeOffset? lastNow, DateTimeOffset? lastWall)
    {
        Look(out var timestamp);
        TrustedWall = lastWall ?? Wall;
        var step = Wall - TrustedWall;
        if (step.Duration() > DowntimeLimit)
        {
            Now = lastNow ?? Earlier(TrustedWall, Wall);
            Hold(timestamp);
            hasWarned = true;
            LogWrongAtStart(logger, Amount(step), step > TimeSpan.Zero ? "after" : "before", Wall, Wall + StablePeriod);
        }
        else
        {
            Now = lastNow is { } last ? Later(last, Wall) : Wall;
            TrustedWall = Wall;
            // A machine without a battery for its clock learns the time after its start. In an empty log that costs nothing.
            if (lastWall is null)
                Hold(timestamp);
        }
        SetAnchor(timestamp);
    }

    /// <summary>Looks at the clocks. Called before each transaction.</summary>
    public void Read()
    {
        var (seen, seenWall) = (looked, Wall);
        Look(out var timestamp);
        var elapsed = time.GetElapsedTime(anchor, timestamp);
        // Small steps may add up; and a large one may undo those before it.
        var step = Larger(Wall - anchorWall - elapsed, Wall - seenWall - time.GetElapsedTime(seen, timestamp));
        Now = anchorNow + elapsed;
        if (step.Duration() > StepLimit)
        {
            if (!IsHeld)
                TrustedWall = anchorWall + elapsed;
            Hold(timestamp);
            SetAnchor(timestamp);
            hasWarned = true;
            LogStep(logger, step > TimeSpan.Zero ? "forward" : "back", Amount(step), Wall, Wall + StablePeriod);
            return;
        }
        if (IsHeld)
        {
            if (time.GetElapsedTime(heldSince, timestamp) < StablePeriod)
                return;
            IsHeld = false;
            HasJumped = Wall - Now > StepLimit;
            if (hasWarned)
                LogTrusted(logger);
            hasWarned = false;
        }
        TrustedWall = Wall;
        var behind = Wall - Now;
        if (behind > TimeSpan.Zero)
            (Now, anchorNow) = (Wall, anchorNow + behind);
        // The monotonic clock of a machine is corrected, too: only an hour's difference is a step.
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

    private void Hold(long timestamp) => (IsHeld, HasJumped, heldSince) = (true, false, timestamp);

    private void SetAnchor(long timestamp) => (anchor, anchorWall, anchorNow) = (timestamp, Wall, Now);

    /// <summary>Reads both clocks at one moment: a thread that is stopped between them would see a step.</summary>
    private void Look(out long timestamp)
    {
        long before;
        do
        {
            before = time.GetTimestamp();
            Wall = time.GetUtcNow();
            timestamp = time.GetTimestamp();
        }
        while (time.GetElapsedTime(before, timestamp) > TimeSpan.FromSeconds(1));
        looked = timestamp;
    }

    [LoggerMessage(50, LogLevel.Warning, "The machine's clock went {Direction} by {Amount} and says {Wall:u}. The server deletes no message for its "
        + "age and forgets no idempotency key until the clock has been stable for an hour: until {Until:u} by this clock.")]
    private static partial void LogStep(ILogger logger, string direction, string amount, DateTimeOffset wall, DateTimeOffset until);

    [LoggerMessage(51, LogLevel.Warning, "The machine's clock is {Amount} {Direction} the last time in the message log, and says {Wall:u}: the clock is "
        + "wrong, or the server was off. The server deletes no message for its age and forgets no idempotency key until the clock has been stable for an "
        + "hour: until {Until:u} by this clock.")]
    private static partial void LogWrongAtStart(ILogger logger, string amount, string direction, DateTimeOffset wall, DateTimeOffset until);

    [LoggerMessage(52, LogLevel.Information, "The machine's clock has been stable for an hour: old messages are deleted again.")]
    private static partial void LogTrusted(ILogger logger);
}
