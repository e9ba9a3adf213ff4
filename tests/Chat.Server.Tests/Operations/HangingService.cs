using System.Runtime.Loader;
using Chat.Server.Tests.Operations;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

[assembly: HostingStartup(typeof(HangingService.Startup))]

namespace Chat.Server.Tests.Operations
{
    /// <summary>A hosted service that never stops. A server process loads it by the variables of its environment.</summary>
    internal sealed class HangingService : IHostedService
    {
        public const string Line = "The service of the test will hang.";

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Console.WriteLine(Line);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            using var never = new ManualResetEvent(false);
            never.WaitOne();
            return Task.CompletedTask;
        }

        public sealed class Startup : IHostingStartup
        {
            public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services => services.AddHostedService<HangingService>());
        }
    }
}

/// <summary>Lets the process load assemblies that lie beside the tests. The runtime calls it by its name.</summary>
internal static class StartupHook
{
    public static void Initialize() => AssemblyLoadContext.Default.Resolving += static (context, name) =>
        Path.Combine(AppContext.BaseDirectory, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
}
