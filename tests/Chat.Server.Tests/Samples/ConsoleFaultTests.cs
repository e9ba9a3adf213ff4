using Chat.Protocol;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR;

namespace Chat.Server.Tests.Samples;

/// <summary>samples/Chat.Console and a faulty server.</summary>
public sealed class ConsoleFaultTests : ConsoleTest
{
    [Fact]
    public async Task ServerFault_IsReportedAndEndsTheConsole()
    {
        await using var faulty = await HubHost.StartAsync<FaultyHub>();
        await using var alice = RunningConsole.Start(Server, "alice", at: new Uri(faulty.Urls.Single()));
        (await alice.EndAsync()).Should().Be(1);
        await alice.WaitForNoteStartAsync("An unexpected error occurred invoking 'Resume'");
    }

    private sealed class FaultyHub : Hub
    {
        public ResumeAnswer Resume(ResumeRequest request) => throw new InvalidOperationException($"A fault that {Context.UserIdentifier} did not foresee, with {request}.");
    }
}
