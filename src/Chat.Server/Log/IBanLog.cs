namespace Chat.Server.Log;

/// <summary>Stores banned users. A ban is durable when its task completes.</summary>
/// <remarks>Safe for concurrent callers; throws only <see cref="LogUnavailableException"/>, or on cancellation.</remarks>
internal interface IBanLog
{
    Task SetBannedAsync(string user, bool banned);

    ValueTask<IReadOnlyList<string>> GetBannedAsync(CancellationToken cancellationToken);
}
