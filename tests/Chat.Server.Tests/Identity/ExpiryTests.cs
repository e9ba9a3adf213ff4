using Chat.Protocol;
using Chat.Server.Identity;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Identity;

/// <summary>A connection ends when its token expires, unless a new token replaces it.</summary>
public sealed class ExpiryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private TestServer server = null!;

    private DateTimeOffset Start => time.Start;

    public async Task InitializeAsync() => server = await TestServer.StartAsync(Tokens.Settings, time);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task ExpiringConnection_IsNotifiedAndEndsWithoutLoss()
    {
        await using var alice = await HubAsync("alice", Start.AddMinutes(10));
        await using var bob = await HubAsync("bob", Start.AddHours(1));
        await using var raw = await RawAsync("alice", Start.AddMinutes(10));
        var seen = (await alice.ResumeAsync("alice")).Head;
        time.Advance(TimeSpan.FromMinutes(9));
        (await alice.Notice).Code.Should().Be("expiring");
        await bob.SendAsync("alice", "still here");
        (await alice.ReceiveAsync()).Content.Should().Be("still here");
        (await raw.ReceiveAsync()).Should().Be("bob:still here");
        time.Advance(TimeSpan.FromSeconds(84));
        await bob.SendAsync("alice", "within the grace");
        (await alice.ReceiveAsync()).Content.Should().Be("within the grace");
        (await raw.ReceiveAsync()).Should().Be("bob:within the grace");
        time.Advance(TimeSpan.FromSeconds(2));
        (await alice.Notice).Code.Should().Be("unauthenticated");
        await alice.Closed;
        (await raw.ReceiveCloseAsync()).Should().Be(4401);

        await bob.SendAsync("alice", "while she was away");
        await using var again = await HubAsync("alice", Start.AddHours(1));
        (await again.ResumeAsync("alice", seen)).Messages.Select(message => message.Content).Should().Equal("still here", "within the grace", "while she was away");
    }

    [Fact]
    public async Task NewToken_KeepsTheConnection()
    {
        await using var alice = await HubAsync("alice", Start.AddMinutes(10));
        var expiresAt = new DateTimeOffset(Start.UtcDateTime.AddMinutes(30).Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
        (await alice.RefreshAsync(Tokens.Of("alice", expiresAt))).ExpiresAt.Should().Be(expiresAt);
        time.Advance(TimeSpan.FromMinutes(20));
        (await alice.SendAsync("alice", "hi")).Offset.Should().Be(1);
        time.Advance(TimeSpan.FromSeconds(570));
        (await alice.Notice).Code.Should().Be("expiring");
        time.Advance(TimeSpan.FromMinutes(2));
        (await alice.Notice).Code.Should().Be("unauthenticated");
        await alice.Closed;
    }

    [Fact]
    public async Task NumericSubject_IsAUserId()
    {
        var token = Tokens.Of(null, Start.AddHours(1), claims: new() { ["sub"] = 42 });
        await using var user = await HubClient.ConnectAsync(server.Address, "", log: () => server.LogText, token: () => token);
        (await user.ResumeAsync("42")).Stream.Should().Be("42");
        (await user.RefreshAsync(token)).ExpiresAt.Should().BeAfter(Start);
    }

    [Fact]
    public async Task RefreshWithAForeignOrBadToken_IsRefused()
    {
        await using var alice = await HubAsync("alice", Start.AddMinutes(10));
        (await HubClient.RefusalAsync(() => alice.RefreshAsync(Tokens.Of("mallory", Start.AddHours(1))))).Should().Be("identity_mismatch");
        (await HubClient.RefusalAsync(() => alice.RefreshAsync(Tokens.Unsigned("alice")))).Should().Be("unauthenticated");
        (await HubClient.RefusalAsync(() => alice.RefreshAsync(Tokens.Of("alice", Start.AddHours(1), audience: "shop")))).Should().Be("unauthenticated");
        (await HubClient.RefusalAsync(() => alice.RefreshAsync(null))).Should().Be("unauthenticated");
        (await alice.SendAsync("alice", "still here")).Offset.Should().Be(1);
        time.Advance(TimeSpan.FromMinutes(11));
        await alice.Closed;
    }

    [Fact]
    public async Task TokenAfterTheEnd_IsRefused()
    {
        var ended = false;
        using var expiry = new TokenExpiry(time, () => { }, () => ended = true);
        var renew = (DateTimeOffset expires) => server.Services.GetRequiredService<UserTokens>().RenewAsync("alice", expiry, Tokens.Of("alice", expires));
        await renew(Start.AddMinutes(10));
        time.Advance(TimeSpan.FromSeconds(624));
        ended.Should().BeFalse(because: "a client that slept may still renew its token");
        await renew(Start.AddMinutes(20));
        time.Advance(TimeSpan.FromMinutes(11));
        ended.Should().BeTrue();
        (await renew.Awaiting(late => late(Start.AddHours(1))).Should().ThrowAsync<ChatException>()).Which.Error.Should().Be(ChatError.Unauthenticated);
    }

    [Fact]
    public void TokenWithTheLatestExpiry_IsAccepted()
    {
        var (years, noticed, ended) = (new FakeTimeProvider(Start), false, false); // a server would run many timers in so many days
        using var expiry = new TokenExpiry(years, () => noticed = true, () => ended = true);
        expiry.Renew(DateTimeOffset.MaxValue).Should().BeTrue();
        years.Advance(TimeSpan.FromDays(41)); // longer than the longest timer
        expiry.Renew(DateTimeOffset.FromUnixTimeSeconds(253402300799)).Should().BeTrue();
        years.Advance(TimeSpan.FromDays(41));
        (noticed || ended).Should().BeFalse();
        expiry.Renew(DateTimeOffset.MinValue).Should().BeTrue();
        years.Advance(TimeSpan.FromSeconds(1));
        ended.Should().BeTrue();
    }

    [Fact]
    public async Task RefreshInClaimedMode_IsABadRequest()
    {
        await using var trusting = await TestServer.StartAsync();
        (await HubClient.RefusalAsync(async () => await (await trusting.HubAsync("alice")).RefreshAsync(Tokens.Of("alice")))).Should().Be("bad_request");
    }

    private Task<HubClient> HubAsync(string user, DateTimeOffset expires) =>
        HubClient.ConnectAsync(server.Address, "", log: () => server.LogText, token: () => Tokens.Of(user, expires));

    private Task<RawClient> RawAsync(string user, DateTimeOffset expires) =>
        RawClient.ConnectAsync(server.Address, $"?access_token={Tokens.Of(user, expires)}", log: () => server.LogText);
}
