using Microsoft.Data.Sqlite;

namespace Chat.Server.Storage.Sqlite.Retention;

/// <summary>When each message was committed by the log's own time, and so how old it is. Belongs to the writer.</summary>
/// <remarks>A message's own stamp counts between the two points around it in commit order. A file of an earlier version has no points for its
/// messages: for those the stamps count, up to the first point.</remarks>
internal sealed class LogTimes : IDisposable
{
    private const int MaxPoints = 1024;

    private static readonly long Interval = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    private readonly LogClock clock;
    private readonly Statement read, insert, delete;
    private readonly List<Point> points = [];
    private bool notedHeld, hasChanged;

    /// <param name="clock">Not yet begun.</param>
    public LogTimes(SqliteConnection connection, LogClock clock)
    {
        this.clock = clock;
        read = new Statement(connection, "SELECT at, number, wall, jumped FROM clock ORDER BY at");
        insert = new Statement(connection, "INSERT INTO clock (at, number, wall, jumped) VALUES (?, ?, ?, ?)");
        delete = new Statement(connection, "DELETE FROM clock WHERE at = ?");
        Load();
        using var newest = new Statement(connection, "SELECT sent_at FROM message ORDER BY number DESC LIMIT 1");
        if (points is [.., var last])
            clock.Begin(Time(last.At), Time(last.Wall));
        else if (newest.Step())
            clock.Begin(null, Time(newest.Int64(0)));
        else
            clock.Begin(null, null);
        newest.Reset();
    }

    /// <summary>The machine's clock: for people, not for ages.</summary>
    public DateTimeOffset Wall => clock.Wall;

    /// <summary>The log's time, in milliseconds.</summary>
    public long Now => clock.Now.ToUnixTimeMilliseconds();

    /// <summary>Looks at the clocks at the beginning of a transaction, and notes a point in it when it is time.</summary>
    /// <param name="lastNumber">Number of the newest committed message, or other change.</param>
    public void Begin(long lastNumber)
    {
        clock.Read();
        if (points is [.., var last] && clock.IsHeld == notedHeld && (clock.IsHeld || Now - last.At < Interval))
            return;
        Add(new Point(
            points is [.., var before] ? Math.Max(Now, before.At + 1) : Now, lastNumber, clock.TrustedWall.ToUnixTimeMilliseconds(),
            Jumped: notedHeld && !clock.IsHeld && clock.HasJumped));
        if (points.Count > MaxPoints)
            Thin();
    }

    public void Committed() => (notedHeld, hasChanged) = (clock.IsHeld, false);

    public void Undone()
    {
        if (!hasChanged)
            return;
        points.Clear();
        Load();
        hasChanged = false;
    }

    /// <summary>Whether something is so old; false for everything while the clock is not trusted.</summary>
    /// <param name="at">The log's time when it was committed.</param>
    /// <param name="age">The age.</param>
    public bool IsOlder(long at, TimeSpan age) => !clock.IsHeld && Now - at >= age.TotalMilliseconds;

    /// <summary>The log's time when a message was committed, as near as it is known.</summary>
    /// <param name="number">The message's number.</param>
    /// <param name="sentAt">Its own stamp.</param>
    public long Of(long number, long sentAt)
    {
        var next = FirstAtOrAfter(number);
        var (earliest, latest) = (next > 0 ? points[next - 1].At : long.MinValue, next < points.Count ? points[next].At : Now);
        // Written while the log's time may have been behind: as young as can be.
        return next < points.Count && points[next].Jumped ? latest : Math.Min(Math.Max(sentAt, earliest), latest);
    }

    /// <summary>The log's time when an idempotency key was used.</summary>
    /// <param name="at">What is noted; null in rows of an earlier version, whose stamps count up to the first point.</param>
    /// <param name="sentAt">The message's own stamp.</param>
    public long OfKey(long? at, long sentAt) => at ?? Math.Min(sentAt, points is [var first, ..] ? first.At : Now);

    public void Dispose()
    {
        foreach (var statement in (Statement[])[read, insert, delete])
            statement.Dispose();
    }

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

    /// <summary>Drops the point whose neighbours are nearest to each other: so what is left is spread over the log's whole age.</summary>
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
    /// <param name="Number">Of the newest message before.</param>
    /// <param name="Wall">The machine's clock, where it is trusted.</param>
    /// <param name="Jumped">Whether the log's time was just moved forward.</param>
    private readonly record struct Point(long At, long Number, long Wall, bool Jumped);
}
