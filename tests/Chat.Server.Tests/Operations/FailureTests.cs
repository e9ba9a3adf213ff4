using System.Net;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.History;
using Chat.Server.Log;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chat.Server.Tests.Operations;

/// <summary>A server that no longer knows what its log holds.</summary>
[Trait("Duration", "Long")]
public sealed class FailureTests
{
    [Fact]
    public async Task FailedServer_ClosesConnectionsAndAsksTheHostToStop()
    {
        await using var server = await TestServer.StartAsync();
        var chat = server.Services.GetRequiredService<ChatServer>();
        chat.Failure.Should().BeNull();
        await using var alice = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "/chat?userid=alice")).WithAutomaticReconnect().Build();
        var end = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        alice.Reconnecting += _ =>
        {
            end.TrySetResult("reconnects");
            return Task.CompletedTask;
        };
        alice.Closed += _ =>
        {
            end.TrySetResult("gives up");
            return Task.CompletedTask;
        };
        await alice.StartAsync();
        await using var bob = await server.RawAsync("bob");
        await bob.SendAsync("bob:bob:hi");
        await bob.ReceiveAsync();
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);

        chat.Fail(new IOException("the first reason"));
        chat.Fail(new IOException("the second reason"));
        chat.Failure!.Message.Should().Be("the first reason");
        (await bob.ReceiveCloseAsync()).Should().Be(1011);
        (await Wait.ForAsync(end.Task, "The end of the hub connection", () => server.LogText)).Should().Be("reconnects");
        await Wait.ForAsync(stopping.Task, "The stop", () => server.LogText);
        (await server.LoggedAsync("The message log failed: the first reason")).Should().Contain("The server stops");
    }

    [Fact]
    public async Task FailedLog_IsNotReadyAndSavesNoPosition()
    {
        var delivery = new FailingDelivery();
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<ICommitListener>(s => delivery.To(s)));
        var (positions, log) = (server.Services.GetRequiredService<ConfirmedPositions>(), server.Services.GetRequiredService<IMessageLog>());
        var sender = server.Services.GetRequiredService<IChatPublisher>();
        await sender.SendAsync(new PushRequest("bob", "hi", From: "shop"));
        positions.Advance("bob", "bob", 1);
        delivery.Fails = true;
        await sender.Invoking(it => it.SendAsync(new PushRequest("bob", "hi", From: "shop"))).Should().ThrowAsync<LogFailedException>();
        server.Services.GetRequiredService<ChatServer>().Failure!.Message.Should().Contain("a fault of the test");

        await positions.SaveAsync("bob", ["bob"]);
        await log.Awaiting(it => it.ConfirmAsync([new Confirmation("bob", "bob", 1)])).Should().ThrowAsync<LogUnavailableException>();
        await sender.Invoking(it => it.SendAsync(new PushRequest("bob", "hi", From: "shop"))).Should().ThrowAsync<LogUnavailableException>();
        using var http = server.Http();
        using var ready = await http.GetAsync("/health/ready");
        ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).Should().Contain("The message log failed");
    }

    [Fact]
    public async Task FailedServer_EndsItsProcessThoughAServiceHangs()
    {
        await using var server = new ServerProcess(new()
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(FailureTests).Assembly.Location,
            ["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = typeof(FailureTests).Assembly.GetName().Name!,
        });
        await server.StartAsync();
        await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
        await Disk.FailUntilAsync(server, () => alice.SendAsync("bob", "hi"));
        (await server.WaitForExitAsync()).Should().Be(70, because: server.Output);
        server.Output.Should().Contain(HangingService.Line).And.Contain("The message log failed");
    }

    /// <summary>Delivers commits until it must fail. Then memory may not match the file.</summary>
    private sealed class FailingDelivery : ICommitListener
    {
        private MessageDelivery inner = null!;

        public bool Fails { get; set; }

        public FailingDelivery To(IServiceProvider services)
        {
            inner = services.GetRequiredService<MessageDelivery>();
            return this;
        }

        public void OnCommit(Commit commit)
        {
            if (Fails)
                throw new IOException("a fault of the test");
            inner.OnCommit(commit);
        }

        public void OnClosed() => inner.OnClosed();
    }
}
