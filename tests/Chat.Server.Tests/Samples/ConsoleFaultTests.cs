using Chat.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console and a server that has a fault.</summary>
public sealed class ConsoleFaultTests : OnOneServerProcess
{
    [Fact]
    public async Task AFaultOfTheServerIsSaidAndEndsIt()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR();
        await using var faulty = builder.Build();
        faulty.MapHub<FaultyHub>("/chat");
        await faulty.StartAsync();
        await using var alice = RunningConsole.Start(Server, "alice", at: new Uri(faulty.Urls.Single()));
        (await alice.EndAsync()).Should().Be(1);
        await alice.SaidLikeAsync("An unexpected error occurred invoking 'Resume'");
    }

    private sealed class FaultyHub : Hub
    {
        public ResumeAnswer Resume(ResumeRequest request) => throw new InvalidOperationException($"A fault that {Context.UserIdentifier} did not foresee, with {request}.");
    }
}
