using System.Net;
using System.Net.Http.Json;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Sending;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Sending;

/// <summary>A server that receives more than it can store refuses messages, and recovers.</summary>
public sealed class OverloadTests : IAsyncLifetime, IDisposable
{
    private readonly HeldDelivery delivery = new();
    private TestServer server = null!;

    private ILogHealth Health => server.Services.GetRequiredService<ILogHealth>();

    public async Task InitializeAsync() => server = await TestServer.StartAsync(
        new(Keys.Settings(("push-key", "shop", ["push", "topics"]))) { ["Chat:Storage:LongestWait"] = "00:00:02" },
        services: services => services.AddSingleton<IMessageMeter>(delivery));

    public async Task DisposeAsync()
    {
        delivery.Release();
        await server.DisposeAsync();
    }

    public void Dispose() => delivery.Dispose();

    [Fact]
    public async Task SendsDuringOverload_AreRefusedByEveryEndpoint()
    {
        var (alice, raw) = (await server.HubAsync("alice"), await server.RawAsync("carol"));
        using var http = Keys.Client(server.Address, "push-key");
        var accepted = await HoldAsync(alice);

        (await alice.TrySendAsync("bob", "refused")).Should().Be("unavailable");
        await raw.SendAsync("carol:bob:refused");
        (await raw.ReceiveAsync()).Should().StartWith("system:error unavailable ");
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Post, "messages", """{"to":"bob","content":"refused"}"""),
            (HttpMethod.Post, "messages/batch", """{"messages":[{"to":"bob","content":"refused"},{"to":"bob","content":"refused"}]}"""),
            (HttpMethod.Put, "topics/a", "1"),
        })
        {
            using var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = new StringContent(body, null, "application/json") };
            using var answer = await http.SendAsync(request);
            answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable, because: path);
            answer.Headers.RetryAfter!.Delta.Should().BePositive();
            (await answer.Content.ReadFromJsonAsync<Problem>())!.Code.Should().Be("unavailable");
        }
        using (var ready = await http.GetAsync("/health/ready"))
            ready.StatusCode.Should().Be(HttpStatusCode.OK, because: "an overloaded server still works");

        delivery.Release();
        await Wait.ForAsync(accepted, "The accepted message's receipt");
        (await raw.CloseAsync()).Should().Be(1011, because: "not every message was stored");
        (await server.MailboxAsync("bob")).Select(message => message.Content).Should().Equal("accepted");
    }

    [Fact]
    public async Task SendsAfterOverload_AreAccepted()
    {
        var (alice, raw) = (await server.HubAsync("alice"), await server.RawAsync("carol"));
        var accepted = await HoldAsync(alice);
        delivery.Release();
        await Wait.ForAsync(accepted, "The accepted message's receipt");
        await Wait.UntilAsync(() => Task.FromResult(Health.Load == LogLoad.Normal), "The end of the overload");
        (await alice.TrySendAsync("bob", "after")).Should().BeNull();
        await raw.SendAsync("carol:bob:after, too");
        (await raw.CloseAsync()).Should().Be(1000);
        (await server.MailboxAsync("bob")).Select(message => message.Content).Should().Equal("accepted", "after", "after, too");
    }

    [Fact]
    public async Task RefusedSends_FillNoQueueAndUseNoCall()
    {
        var alice = await server.HubAsync("alice");
        delivery.Hold();
        var first = Enumerable.Range(0, 64).Select(_ => alice.TrySendAsync("bob", "accepted")).ToList(); // all that a connection may have in flight
        await Wait.UntilAsync(() => Task.FromResult(Health.Load == LogLoad.TooFarBehind), "The overload");
        var waiting = Health.Waiting;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => alice.TrySendAsync("bob", $"{i}")));
        outcomes.Should().AllBe("unavailable");
        Health.Waiting.Should().Be(waiting);
        delivery.Release();
        // A slow machine may have refused the last of them.
        var accepted = (await Wait.ForAsync(Task.WhenAll(first), "The answers")).Count(outcome => outcome is null);
        accepted.Should().BePositive();
        (await server.MailboxAsync("bob")).Should().HaveCount(accepted).And.OnlyContain(message => message.Content == "accepted");
    }

    [Fact]
    public async Task MembershipsAndConfirmations_AreAcceptedDuringOverload()
    {
        var alice = await server.HubAsync("alice");
        var accepted = await HoldAsync(alice);
        var joining = alice.JoinAsync("#garden");
        var confirming = server.Services.GetRequiredService<IMessageLog>().ConfirmAsync([new Confirmation("bob", "bob", 1)]).AsTask();
        await Wait.ForAsync(confirming, "The confirmation");
        delivery.Release();
        await Wait.ForAsync(accepted, "The accepted message's receipt");
        (await joining).Room.Should().Be("#garden");
    }

    [Fact]
    public async Task SlowedSends_KeepArrivalOrder()
    {
        var alice = await server.HubAsync("alice");
        var accepted = await HoldAsync(alice, LogLoad.Behind);
        var sends = Enumerable.Range(0, 50).Select(i => alice.TrySendAsync("bob", $"{i}")).ToList();
        delivery.Release();
        await Wait.ForAsync(accepted, "The accepted message's receipt");
        var outcomes = await Task.WhenAll(sends);
        outcomes.Should().OnlyContain(outcome => outcome == null || outcome == "unavailable");
        var stored = outcomes.Index().Where(outcome => outcome.Item is null).Select(outcome => $"{outcome.Index}");
        (await server.MailboxAsync("bob")).Select(message => message.Content).Should().Equal(["accepted", .. stored]);
    }

    /// <summary>Holds the delivery, sends a message that is accepted, and waits until the log reports the load.</summary>
    private async Task<Task> HoldAsync(HubClient sender, LogLoad load = LogLoad.TooFarBehind)
    {
        delivery.Hold();
        var accepted = sender.SendAsync("bob", "accepted");
        await Wait.UntilAsync(() => Task.FromResult(Health.Load >= load), "The overload");
        return accepted;
    }

    /// <summary>Blocks the acknowledgement of commits while it holds.</summary>
    private sealed class HeldDelivery : IMessageMeter, IDisposable
    {
        private readonly ManualResetEventSlim go = new(initialState: true);

        public void Hold() => go.Reset();

        public void Release() => go.Set();

        public void CountCommit(int messages) => go.Wait(Wait.Long);

        public void CountAppend(TimeSpan latency, bool duplicate)
        {
        }

        public void CountDelivery(string stream, int messages, int subscribers)
        {
        }

        public void CountCatchUp()
        {
        }

        public void Dispose() => go.Dispose();
    }
}
