namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>Finds the log's time at which a message was committed, and so its age. Belongs to the writer.</summary>
/// <remarks>The file holds about one point an hour. A message's time is its own stamp, limited by the points before and after it in log order. Messages of
/// an earlier version have no points before them: their stamps are limited by the first point.</remarks>
internal sealed class LogTimes
{
    private const int MaxPoints = 1024;

    private static readonly long Interval = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    private readonly LogClock clock;
    private readonly Statement read, insert, delete;
    private readonly List<Point> points = [];
    private bool wasUntrusted, hasChanged;

    /// <param name="session">The writer's.</param>
    /// <param name="clock">A clock that has not begun.</param>
    public LogTimes(SqliteSession session, LogClock clock)
    {
        this.clock = clock;
        read = session.Prepare("SELECT at, number, wall, jumped FROM clock ORDER BY at");
        insert = session.Prepare("INSERT INTO clock (at, number, wall, jumped) VALUES (?, ?, ?, ?)");
        delete = session.Prepare("DELETE FROM clock WHERE at = ?");
        Load();
        using var newest = session.PrepareOnce("SELECT sent_at FROM message ORDER BY number DESC LIMIT 1");
        if (points is [.., var last])
            clock.Begin(Time(last.At), Time(last.Wall));
        else
            clock.Begin(null, newest.FirstInt64() is { } sentAt ? Time(sentAt) : null);
    }

    /// <summary>The machine's clock: for stamps, not for ages.</summary>
    public DateTimeOffset Wall => clock.Wall;

    /// <summary>The log's time, in milliseconds.</summary>
    public long Now => clock.Now.ToUnixTimeMilliseconds();

    /// <summary>Reads the clocks at the start of a transaction, and adds a point if one is due.</summary>
    /// <param name="lastNumber">Number of the newest committed message or other change.</param>
    public void Begin(long lastNumber)
    {
        clock.Read();
        if (points is [.., var last] && clock.IsUntrusted == wasUntrusted && (clock.IsUntrusted || Now - last.At < Interval))
            return;
        Add(new Point(
            points is [.., var before] ? Math.Max(Now, before.At + 1) : Now, lastNumber, clock.TrustedWall.ToUnixTimeMilliseconds(),
            Jumped: wasUntrusted && !clock.IsUntrusted && clock.HasJumped));
        if (points.Count > MaxPoints)
            Thin();
    }

    public void MarkCommitted() => (wasUntrusted, hasChanged) = (clock.IsUntrusted, false);

    public void DiscardUncommitted()
    {
        if (!hasChanged)
            return;
        points.Clear();
        Load();
        hasChanged = false;
    }

    /// <summary>Whether a change has reached an age. While the clock is not trusted, nothing has.</summary>
    /// <param name="at">The log's time when the change was committed.</param>
    /// <param name="age">The age.</param>
    public bool IsOlder(long at, TimeSpan age) => !clock.IsUntrusted && Now - at >= age.TotalMilliseconds;

    /// <summary>Estimates the log's time when a message was committed.</summary>
    /// <param name="number">The message's number.</param>
    /// <param name="sentAt">The message's own stamp.</param>
    public long CommittedAt(long number, long sentAt)
    {
        var next = FirstAtOrAfter(number);
        var (earliest, latest) = (next > 0 ? points[next - 1].At : long.MinValue, next < points.Count ? points[next].At : Now);
        // The log's time may have been behind: assume the youngest age.
        return next < points.Count && points[next].Jumped ? latest : Math.Min(Math.Max(sentAt, earliest), latest);
    }

    /// <summary>Returns the log's time when an idempotency key was used.</summary>
    /// <param name="at">The stored time; null in rows of an earlier version, for which the stamp counts, limited by the first point.</param>
    /// <param name="sentAt">The message's own stamp.</param>
    public long UsedAt(long? at, long sentAt) => at ?? Math.Min(sentAt, points is [var first, ..] ? first.At : Now);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private int FirstAtOrAfter(long number)
    {
        var (low, high) = (0, points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (points[middle].Number < number)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Load()
    {
        while (read.Step())
            points.Add(new Point(read.Int64(0), read.Int64(1), read.Int64(2), read.Int64(3) == 1));
    }

    private void Add(Point point)
    {
        hasChanged = true;
        points.Add(point);
        insert.Bind(1, point.At).Bind(2, point.Number).Bind(3, point.Wall).Bind(4, point.Jumped ? 1 : 0).Run();
    }

    /// <summary>Drops the point with the closest neighbours, so that the points stay spread over the log's whole age.</summary>
    private void Thin()
    {
        var (dropped, least) = (-1, long.MaxValue);
        for (var i = 1; i < points.Count - 1; i++)
            if (points[i + 1].At - points[i - 1].At < least && !points[i].Jumped && !points[i + 1].Jumped)
                (dropped, least) = (i, points[i + 1].At - points[i - 1].At);
        if (dropped < 0)
            return;
        delete.Bind(1, points[dropped].At).Run();
        points.RemoveAt(dropped);
    }

    /// <param name="At">The log's time.</param>
    /// <param name="Number">Number of the newest message before the point.</param>
    /// <param name="Wall">The machine's clock without untrusted steps.</param>
    /// <param name="Jumped">Whether the log's time jumped forward just before.</param>
    private readonly record struct Point(long At, long Number, long Wall, bool Jumped);
}
