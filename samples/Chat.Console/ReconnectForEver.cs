using System.Net;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Terminal;

/// <summary>Tries again for ever, soon at first, then at most every ten seconds, never all clients at the same time.</summary>
internal sealed class ReconnectForEver : IRetryPolicy
{
    private const double MaxSeconds = 10;

    public TimeSpan? NextRetryDelay(RetryContext retryContext) => IsRefusal(retryContext.RetryReason) ? null : Delay(retryContext.PreviousRetryCount);

    public static TimeSpan Delay(long attempt) =>
        TimeSpan.FromSeconds(Math.Min(MaxSeconds, 0.25 * Math.Pow(2, attempt)) * (0.5 + Random.Shared.NextDouble() / 2));

    /// <summary>Whether the server answered that it does not want this user.</summary>
    public static bool IsRefusal(Exception? e) => e is HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden };
}
