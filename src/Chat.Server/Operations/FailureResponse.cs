using Chat.Server.Configuration;
using Chat.Server.Delivery;

namespace Chat.Server.Operations;

/// <summary>Closes all connections and asks the host to stop when the server has failed. Nothing is drained: no call can succeed.</summary>
internal sealed partial class FailureResponse(ChatServer server, StreamGroups groups, IHostApplicationLifetime lifetime, ILogger<ChatServer> logger)
    : LifecycleService, IDisposable
{
    private CancellationTokenRegistration registration;

    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        registration = server.Failed.Register(Respond);
        return Task.CompletedTask;
    }

    public void Dispose() => registration.Dispose();

    private void Respond()
    {
        LogFailed(logger, server.Failure!.Message);
        foreach (var connection in groups.All)
            connection.Control.Fail();
        // It runs the callbacks of the whole application, and one of them may hang.
        _ = Task.Run(lifetime.StopApplication);
    }

    [LoggerMessage(30, LogLevel.Critical, "The message log failed: {Reason} The server stops. A new start finds out which messages are durable.")]
    private static partial void LogFailed(ILogger logger, string reason);
}
