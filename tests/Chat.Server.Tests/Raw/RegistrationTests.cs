using Chat.Server.Log;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw;

public sealed class RegistrationTests : ServerTest
{
    private readonly FakeTimeProvider time;

    public RegistrationTests() : this(new FakeTimeProvider(DateTimeOffset.UtcNow)) { }

    private RegistrationTests(FakeTimeProvider time) : base(new() { ["Chat:RawWebSocket:RegisterTimeout"] = "00:00:03" }, time) => this.time = time;

    private IMessageLog Log => Server.Services.GetRequiredService<IMessageLog>();

    [Theory]
    [InlineData("nonsense")]
    [InlineData("#a::")]
    [InlineData("system::")]
    public async Task ConnectionThatDoesNotRegisterInTime_IsClosed(string frame)
    {
        var (stranger, alice) = (await Server.RawAsync(), await Server.RawAsync());
        await stranger.SendAsync(frame);
        await stranger.ReceiveAsync(); // after this error the deadline runs
        await alice.SendAsync("alice:alice:hi");
        await alice.ReceiveAsync();
        time.Advance(TimeSpan.FromSeconds(2.9));
        await stranger.SendAsync(frame);
        (await stranger.ReceiveAsync()).Should().StartWith("system:error ", because: "the deadline has not passed");
        time.Advance(TimeSpan.FromSeconds(0.2));
        (await stranger.ReceiveCloseAsync()).Should().Be(4408);
        await alice.SendAsync("alice:alice:still here");
        (await alice.ReceiveAsync()).Should().Be("alice:still here");
    }

    [Fact]
    public async Task FrameWithABadRecipient_RegistersInTime()
    {
        var alice = await Server.RawAsync();
        await alice.SendAsync("alice::hi");
        await alice.ReceiveAsync();
        time.Advance(TimeSpan.FromSeconds(4));
        await alice.SendAsync("alice:alice:still here");
        (await alice.ReceiveAsync()).Should().Be("alice:still here");
    }

    [Fact]
    public async Task FramesBehindARegistration_WaitForIt()
    {
        const int many = 20;
        var history = await Server.HubAsync("history");
        await Task.WhenAll(Enumerable.Range(0, 5000).Select(_ => history.SendAsync("history", "long")));
        var clients = await Task.WhenAll(Enumerable.Range(0, many).Select(_ => Server.RawAsync()));

        // Readers keep the log busy, so each registration waits for its turn to read the confirmed position.
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() => ReadOn(done.Token), TaskCreationOptions.LongRunning)).ToList();
        for (var i = 0; i < many; i++)
        {
            await clients[i].SendAsync($"user{i}:user{i}:first");
            await clients[i].SendAsync($"user{i}:user{i}:second");
        }
        for (var i = 0; i < many; i++)
            (await clients[i].ReceiveAsync(2)).Should().Equal($"user{i}:first", $"user{i}:second");
        await done.CancelAsync();
        await Task.WhenAll(readers);

        void ReadOn(CancellationToken done)
        {
            var all = new StreamQuery("history", 0, null, "nobody", new PageLimit(500, 1 << 20));
            while (!done.IsCancellationRequested)
                Log.ReadAsync(all, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }

    [Fact]
    public async Task SecondRegistration_ChangesNothing()
    {
        var alice = await Server.RawAsync("alice");
        await alice.SendAsync("alice::");
        await alice.SendAsync("alice:alice:once");
        await alice.SendAsync("alice::");
        await alice.SendAsync("alice:alice:twice");
        (await alice.ReceiveAsync(2)).Should().Equal("alice:once", "alice:twice");
    }

    [Fact]
    public async Task UserInTheQuery_IsRegisteredAtTheUpgrade()
    {
        await (await Server.HubAsync("alice")).SendAsync("bob smith", "waiting");
        var bob = await Server.RawAsync(query: "?userid=bob%20smith");
        (await bob.ReceiveAsync()).Should().Be("alice:waiting");
        time.Advance(TimeSpan.FromSeconds(4));
        await bob.SendAsync("alice:bob smith:forged");
        (await bob.ReceiveAsync()).Should().StartWith("system:error identity_mismatch ");
        await bob.SendAsync("bob smith:bob smith:works");
        (await bob.ReceiveAsync()).Should().Be("bob smith:works");
    }

    [Theory]
    [InlineData("?userid=a%3Ab", "bad_user_id")]
    [InlineData("?userid=%23room", "bad_user_id")]
    [InlineData("?userid=e%CC%81", "bad_user_id")]
    [InlineData("?userid=system", "forbidden")]
    public async Task InvalidUserInTheQuery_IsRefused_AndAFrameMayRegister(string query, string code)
    {
        var alice = await Server.RawAsync(query: query);
        (await alice.ReceiveAsync()).Should().StartWith($"system:error {code} ");
        await alice.SendAsync("alice:alice:hi");
        (await alice.ReceiveAsync()).Should().Be("alice:hi");
    }

    [Fact]
    public async Task EmptyUserInTheQuery_IsIgnored()
    {
        var alice = await Server.RawAsync(query: "?userid=");
        await alice.SendAsync("alice:alice:hi");
        (await alice.ReceiveAsync()).Should().Be("alice:hi");
    }

    [Fact]
    public async Task NoticeSender_IsASetting()
    {
        await using var other = await TestServer.StartAsync(new() { ["Chat:RawWebSocket:NoticeSender"] = "server" });
        var client = await other.RawAsync();
        await client.SendAsync("server:alice:hi");
        (await client.ReceiveAsync()).Should().StartWith("server:error forbidden ");
        await client.SendAsync("system:system:hi");
        (await client.ReceiveAsync()).Should().Be("system:hi");
    }
}
