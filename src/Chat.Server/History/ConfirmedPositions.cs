using System.Collections.Concurrent;
using Chat.Server.Log;

namespace Chat.Server.History;

/// <summary>The confirmed offset of each user in each stream. All devices of the user share it, and it only grows.</summary>
/// <remarks>Raw delivery advances it with every frame. These advances stay in memory for up to a second and are then saved together.</remarks>
internal sealed partial class ConfirmedPositions(IMessageLog log, TimeProvider time, ILogger<ConfirmedPositions> logger) : BackgroundService
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    // Only its own ToArray copies it safely: any other copy may throw while it grows.
    private readonly ConcurrentDictionary<(string User, string Stream), long> unsaved = new();

    /// <summary>Returns the confirmed offset.</summary>
    /// <exception cref="LogUnavailableException"/>
    public async ValueTask<long> GetAsync(string user, string stream, CancellationToken cancellationToken)
    {
        // Memory first: an offset leaves memory only after the log has it.
        var pending = unsaved.GetValueOrDefault((user, stream));
        return Math.Max(pending, await log.GetConfirmedAsync(user, stream, cancellationToken));
    }

    /// <summary>Returns the newer of a confirmation read from the log and the offset in memory. It may be outdated by one that was saved
    /// in between; then messages are delivered twice.</summary>
    public long Newest(Confirmation saved) => Math.Max(saved.Offset, unsaved.GetValueOrDefault((saved.User, saved.Stream)));

    /// <summary>Advances the offset durably, and returns the current one.</summary>
    /// <exception cref="LogUnavailableException"/>
    public async ValueTask<long> ConfirmAsync(string user, string stream, long offset, CancellationToken cancellationToken)
    {
        var moved = Math.Max(offset, unsaved.GetValueOrDefault((user, stream)));
        var durable = await log.GetConfirmedAsync(user, stream, cancellationToken);
        if (moved <= durable)
            return durable;
        await log.ConfirmAsync([new Confirmation(user, stream, moved)]);
        return moved;
    }

    /// <summary>Advances the offset in memory. It is saved within a second.</summary>
    public void Advance(string user, string stream, long offset) =>
        unsaved.AddOrUpdate((user, stream), static (_, next) => next, static (_, current, next) => Math.Max(current, next), offset);

    /// <summary>Saves the user's unsaved offsets in these streams.</summary>
    public Task SaveAsync(string user, IEnumerable<string> streams)
    {
        var moved = new List<KeyValuePair<(string User, string Stream), long>>();
        foreach (var stream in streams)
            if (unsaved.TryGetValue((user, stream), out var offset))
                moved.Add(KeyValuePair.Create((user, stream), offset));
        return SaveAsync([.. moved]);
    }

    /// <summary>Saves these offsets. If the log is unavailable, they stay in memory for the next save. Then some messages may be delivered
    /// twice; none is lost.</summary>
    private async Task SaveAsync(KeyValuePair<(string User, string Stream), long>[] moved)
    {
        if (moved.Length == 0)
            return;
        try
        {
            await log.ConfirmAsync([.. moved.Select(entry => new Confirmation(entry.Key.User, entry.Key.Stream, entry.Value))]);
            foreach (var entry in moved)
                unsaved.TryRemove(entry); // unless it has advanced again
        }
        catch (Exception e) when (e is LogUnavailableException or LogFailedException)
        {
            LogNotSaved(logger, e.Message);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync(unsaved.ToArray());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SaveInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await SaveAsync(unsaved.ToArray());
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Confirmed positions were not saved: {Reason}")]
    private static partial void LogNotSaved(ILogger logger, string reason);
}
