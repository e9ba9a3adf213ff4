using System.Net.Http.Headers;
using Chat.LoadTests.Servers;

namespace Chat.LoadTests.Scenarios;

/// <summary>HTTP clients of this server's <c>/api/v1</c>.</summary>
internal static class BackEnd
{
    public static HttpClient Client(int port)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ChatSettings.ApiKey);
        return client;
    }
}
