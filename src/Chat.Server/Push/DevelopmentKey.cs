using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Chat.Server.Push;

/// <summary>Tells a developer how to call <c>/api/v1</c>, with a line that works when it is pasted.</summary>
internal sealed partial class DevelopmentKey(ApiKeys keys, IServer server, IHostApplicationLifetime lifetime, ILogger<DevelopmentKey> logger)
{
    public void SayOnceListening()
    {
        if (keys.DevelopmentKey is { } key)
            lifetime.ApplicationStarted.Register(() =>
                LogKey(logger, key, server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost:5000"));
    }

    [LoggerMessage(1, LogLevel.Information, """
        No API key is configured. This run of the server takes {Key}:
        curl -H "Authorization: Bearer {Key}" -d '{{"to":"alice","content":"hello"}}' {Address}/api/v1/messages
        """)]
    private static partial void LogKey(ILogger logger, string key, string address);
}
