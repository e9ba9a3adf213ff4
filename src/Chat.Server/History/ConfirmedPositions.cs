using System.Collections.Concurrent;
using Chat.Server.Log;

namespace Chat.Server.History;

/// <summary>How far each user has confirmed each stream: one offset for all the user's devices, which only grows.</summary>
/// <remarks>Raw delivery moves it with every frame, so those moves stay in memory for up to a second and are then saved together.</remarks>
internal sealed partial class ConfirmedPositions(IMessageLog log, TimeProvider time, ILogger<ConfirmedPositions> logger) : BackgroundService
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    // To be copied by its own ToArray alone: any other way may fail while it grows.
    private readonly ConcurrentDictionary<(string User, string Stream), long> unsaved = new();

    /// <exception cref="LogUnavailableException"/>
    public async ValueTask<long> GetAsync(string user, string stream, CancellationToken cancellationToken)
    {
        // Memory first: what is saved in between leaves memory only once the log has it.
        var pending = unsaved.GetValueOrDefault((user, stream));
        return Math.Max(pending, await log.GetConfirmedAsync(user, stream, cancellationToken));
    }

    /// <summary>Where a position stands that was read from the log. It may have moved since; what is confirmed twice is delivered twice.</summary>
    public long Newest(Confirmation saved) => Math.Max(saved.Offset, unsaved.GetValueOrDefault((saved.User, saved.Stream)));

    /// <summary>Moves the position now and durably, and returns where it stands.</summary>
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

    /// <summary>Moves the position in memory; it is saved within a second.</summary>
    public void Advance(string user, string stream, long offset) =>
        unsaved.AddOrUpdate((user, stream), static (_, next) => next, static (_, current, next) => Math.Max(current, next), offset);

    /// <summary>Saves a user's positions in these streams, where they have moved.</summary>
    public Task SaveAsync(string user, IEnumerable<string> streams)
    {
        var moved = new List<KeyValuePair<(string User, string Stream), long>>();
        foreach (var stream in streams)
            if (unsaved.TryGetValue((user, stream), out var offset))
                moved.Add(KeyValuePair.Create((user, stream), offset));
        return SaveAsync([.. moved]);
    }

    /// <summary>Saves what has moved. What cannot be saved now stays for the next time: then some messages may be delivered twice, none is lost.</summary>
    private async Task SaveAsync(KeyValuePair<(string User, string Stream), long>[] moved)
    {
        if (moved.Length == 0)
            return;
        try
        {
            await log.ConfirmAsync([.. moved.Select(entry => new Confirmation(entry.Key.User, entry.Key.Stream, entry.Value))]);
            foreach (var entry in moved)
                unsaved.TryRemove(entry); // unless it has moved again
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
