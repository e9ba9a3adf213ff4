using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Chat.Server.Push;

/// <summary>Logs the generated API key in Development, with a command line that calls <c>/api/v1</c>.</summary>
internal sealed partial class DevelopmentKey(ApiKeys keys, IServer server, IHostApplicationLifetime lifetime, ILogger<DevelopmentKey> logger)
{
    public void SayOnceListening()
    {
        if (keys.DevelopmentKey is { } key)
            lifetime.ApplicationStarted.Register(() =>
                LogKey(logger, key, server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost:5000"));
    }

    [LoggerMessage(1, LogLevel.Information, """
        No API key is configured. This run accepts the API key {Key}:
        curl -H "Authorization: Bearer {Key}" -d '{{"to":"alice","content":"hello"}}' {Address}/api/v1/messages
        """)]
    private static partial void LogKey(ILogger logger, string key, string address);
}
