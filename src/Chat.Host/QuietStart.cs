using Chat.Server.Configuration;

namespace Chat.Hosting;

/// <summary>Keeps the host silent until the server listens: it prints a stack for what the server itself says in one line.</summary>
internal sealed class QuietStart : LifecycleService
{
    private volatile bool started;

    public static void AddTo(IHostApplicationBuilder builder)
    {
        var start = new QuietStart();
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => start.started && level >= LogLevel.Information);
        builder.Services.AddHostedService(_ => start);
    }

    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        started = true;
        return Task.CompletedTask;
    }
}
