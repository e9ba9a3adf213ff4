namespace Chat.Server.Log;

/// <summary>Who is banned. Durable when a task completes; throws only <see cref="LogUnavailableException"/>.</summary>
internal interface IBanLog
{
    Task SetBannedAsync(string user, bool banned);

    ValueTask<IReadOnlyList<string>> GetBannedAsync(CancellationToken cancellationToken);
}
