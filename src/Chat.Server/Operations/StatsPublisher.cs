using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Log;
using Chat.Server.Topics;

namespace Chat.Server.Operations;

/// <summary>Publishes <see cref="ServerStats.Topic"/> each second, while it has subscribers.</summary>
internal sealed class StatsPublisher(ChatMetrics metrics, LiveTopics topics, StreamGroups groups, ILogHealth log, TimeProvider time) : BackgroundService
{
    private const int MaxRooms = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ServerCounts counts = metrics.Counts;
    private readonly long started = time.GetTimestamp();
    private Sample? last;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Tick();
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    // The first tick publishes nothing: a rate needs two samples.
    private void Tick()
    {
        if (topics.CountSubscribers(ServerStats.Topic) == 0)
        {
            (counts.Recent, last) = (null, null);
            return;
        }
        var now = new Sample(time.GetTimestamp(), counts.MessagesIn, counts.MessagesOut);
        var recent = counts.Recent ??= new RecentCounts();
        if (last is not null)
        {
            topics.PublishStats(JsonSerializer.SerializeToElement(Stats(last, now, recent), ChatJson.Default.ServerStats));
            recent.Advance();
        }
        last = now;
    }

    private ServerStats Stats(Sample before, Sample now, RecentCounts recent)
    {
        var seconds = Math.Max(0.001, time.GetElapsedTime(before.Timestamp, now.Timestamp).TotalSeconds);
        return new ServerStats(
            new ConnectionCounts(counts.HubConnections, counts.RawConnections),
            Math.Round((now.MessagesIn - before.MessagesIn) / seconds, 1),
            Math.Round((now.MessagesOut - before.MessagesOut) / seconds, 1),
            recent.AppendPercentile(0.5), recent.AppendPercentile(0.99), recent.CommitMessages,
            log.Waiting, counts.SlowCloses, counts.Refused, counts.Duplicates, counts.CatchUps, groups.CountUsers(),
            [.. groups.Rooms.Select(room => new RoomStats(room.Key, room.Value, recent.MessagesOf(room.Key)))
                .OrderByDescending(room => room.Messages).ThenByDescending(room => room.Members).ThenBy(room => room.Room, StringComparer.Ordinal)
                .Take(MaxRooms)],
            Environment.WorkingSet, (long)time.GetElapsedTime(started).TotalSeconds);
    }

    private sealed record Sample(long Timestamp, long MessagesIn, long MessagesOut);
}
