using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Terminal;

/// <summary>Tries again for ever, at first at once, then at most every ten seconds, never all clients at the same time.</summary>
internal sealed class ReconnectForEver : IRetryPolicy
{
    private const int MaxSeconds = 10;

    public TimeSpan? NextRetryDelay(RetryContext retryContext) => Delay(retryContext.PreviousRetryCount);

    /// <summary>Connects for the first time: automatic reconnect begins only after that.</summary>
    public static async Task StartAsync(HubConnection connection)
    {
        for (var attempt = 0; ; attempt++)
            try
            {
                await connection.StartAsync();
                return;
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                if (attempt == 0)
                    Output.Say("the server does not answer, trying again");
                await Task.Delay(Delay(attempt + 1));
            }
    }

    private static TimeSpan Delay(long attempt) =>
        attempt == 0 ? TimeSpan.FromMilliseconds(Random.Shared.Next(300)) : TimeSpan.FromSeconds(Math.Min(MaxSeconds, attempt) * (0.5 + Random.Shared.NextDouble()));
}
