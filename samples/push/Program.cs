using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Chat.Protocol;

// A back end in one file: it sends a user a message every 10 s, and publishes a topic every second.
if (args is not [var key, var user, .. var rest])
{
    Console.Error.WriteLine("usage: Push KEY USER [http://localhost:5000]   (in Development the server's log shows a key)");
    return 1;
}

const int SecondsBetweenOrders = 10;
using var chat = new HttpClient { BaseAddress = new Uri((rest is [var address, ..] ? address : "http://localhost:5000").TrimEnd('/') + "/") };
chat.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

var run = Guid.CreateVersion7();
for (var second = 0; ; second++)
{
    var sold = 100 + second;
    await CallAsync(() => chat.PutAsJsonAsync("api/v1/topic?topic=stats.sales", new { today = sold }));
    if (second % SecondsBetweenOrders == 0)
    {
        // Each retry has the same id, so the message is stored once.
        var order = new PushRequest(user, $"Your order {second / SecondsBetweenOrders + 1} has left.", Id: $"{run}-{second}");
        await CallAsync(() => chat.PostAsJsonAsync("api/v1/messages", order));
    }
    await Task.Delay(TimeSpan.FromSeconds(1));
}

// Repeats a call until it succeeds: the server may be stopped, or its disk full.
async Task CallAsync(Func<Task<HttpResponseMessage>> call)
{
    while (true)
    {
        var wait = TimeSpan.FromSeconds(2);
        try
        {
            using var answer = await call();
            Console.WriteLine($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.AbsolutePath} {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            if (answer.IsSuccessStatusCode)
                return;
            if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
                throw new InvalidOperationException($"The server refused the call with status {(int)answer.StatusCode}; a retry cannot succeed.");
            wait = answer.Headers.RetryAfter?.Delta ?? wait;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException) // no connection, or no answer in time
        {
            Console.WriteLine(e.Message);
        }
        await Task.Delay(wait);
    }
}
