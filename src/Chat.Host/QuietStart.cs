namespace Chat.Hosting;

/// <summary>Keeps the host silent until the server listens: it logs a stack trace for a failed start, which the program explains in one line.</summary>
internal static class QuietStart
{
    public static void AddTo(IHostApplicationBuilder builder)
    {
        var isStarted = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => Volatile.Read(ref isStarted) && level >= LogLevel.Information);
        builder.Services.AddHostedService(services => new Watch(services.GetRequiredService<IHostApplicationLifetime>(), () => Volatile.Write(ref isStarted, true)));
    }

    private sealed class Watch(IHostApplicationLifetime lifetime, Action started) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.ApplicationStarted.Register(started);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
