using Chat.Protocol;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Server.Tests.Sending;

public sealed class SendTests : IAsyncLifetime
{
    private TestServer server = null!;
    private HubClient alice = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync(new() { ["Chat:Messaging:MaxFrameBytes"] = "1000" });
        alice = await server.HubAsync("alice");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Receipt_NamesTheSendersOwnCopy()
    {
        await alice.SendAsync("alice", "one entry before");
        var receipt = await alice.SendAsync("bob", "hi");
        receipt.Should().BeEquivalentTo(new { Stream = "alice", Offset = 2L, Duplicate = false });
        receipt.Position.Should().EndWith(".2");
        Guid.Parse(receipt.Id).Version.Should().Be(7);
        var entry = (await (await server.HubAsync("bob")).ResumeAsync("bob")).Messages.Single();
        entry.Should().BeEquivalentTo(new { receipt.Id, Offset = 1L, Content = "hi", receipt.SentAt });
    }

    [Fact]
    public async Task PendingSends_DoNotDelayOtherCalls()
    {
        await alice.SendAsync("bob", "before");
        Task sending, subscribing;
        await using (await HeldLog.OfAsync(server))
        {
            sending = Task.WhenAll(Enumerable.Range(0, 30).Select(i => alice.SendAsync("bob", $"{i}")));
            subscribing = alice.SubscribeAsync("$stats.sales");
            (await Task.WhenAny(sending, subscribing)).Should().Be(subscribing);
        }
        await sending;
        (await alice.ReadAsync(new("alice"))).Messages.Should().HaveCount(31);
    }

    [Fact]
    public async Task Retry_ReturnsTheFirstReceipt()
    {
        var first = await alice.SendAsync("bob", "hi", "key");
        await alice.SendAsync("bob", "in between");
        var retry = await alice.SendAsync("bob", "hi", "key");
        retry.Should().Be(first with { Duplicate = true });
        (await HubClient.RefusalAsync(() => alice.SendAsync("bob", "other", "key"))).Should().Be("key_conflict");
        (await HubClient.RefusalAsync(() => alice.SendAsync("carol", "hi", "key"))).Should().Be("key_conflict");
        (await (await server.HubAsync("bob")).ResumeAsync("bob")).Messages.Select(m => m.Content).Should().Equal("hi", "in between");
    }

    [Fact]
    public async Task SameKeyOfAnotherSender_IsAnotherMessage()
    {
        await alice.SendAsync("bob", "hi", "key");
        (await (await server.HubAsync("carol")).SendAsync("bob", "hello", "key")).Duplicate.Should().BeFalse();
    }

    [Fact]
    public async Task ServerGeneratedId_WorksAsKey()
    {
        var first = await alice.SendAsync("bob", "hi");
        (await alice.SendAsync("bob", "hi", first.Id)).Should().Be(first with { Duplicate = true });
        (await HubClient.RefusalAsync(() => alice.SendAsync("bob", "other", first.Id))).Should().Be("key_conflict");
    }

    [Theory]
    [InlineData("", "x", null, "bad_recipient")]
    [InlineData(null, "x", null, "bad_recipient")]
    [InlineData("a:b", "x", null, "bad_recipient")]
    [InlineData("#", "x", null, "bad_recipient")]
    [InlineData("# room", "x", null, "bad_recipient")]
    [InlineData("#room", "x", null, "forbidden")]
    [InlineData("$topic", "x", null, "bad_recipient")]
    [InlineData("system", "x", null, "forbidden")]
    [InlineData("bob", null, null, "bad_request")]
    [InlineData("bob", "x", "", "bad_request")]
    [InlineData("bob", "x", "a:b", "bad_request")]
    public async Task InvalidMessage_IsRefused(string? to, string? content, string? id, string code) =>
        (await HubClient.RefusalAsync(() => alice.SendAsync(to, content, id))).Should().Be(code);

    [Fact]
    public async Task ContentLimit_CountsUtf8Bytes()
    {
        await alice.SendAsync("bob", new string('é', 500));
        (await HubClient.RefusalAsync(() => alice.SendAsync("bob", new string('é', 501)))).Should().Be("too_large");
        await alice.SendAsync("bob", new string('\u0001', 1000));
    }

    [Fact]
    public async Task EmptyContent_IsAccepted()
    {
        var bob = await server.RawAsync("bob");
        await alice.SendAsync("bob", "");
        (await bob.ReceiveAsync()).Should().Be("alice:");
    }

    [Fact]
    public async Task UnreadableArguments_ReturnBadRequest()
    {
        foreach (var argument in (object?[])[new { to = 5, content = "x" }, "text", null, new[] { 1 }])
            (await HubClient.RefusalAsync(() => alice.CallAsync<Receipt>("Send", argument))).Should().Be("bad_request");
        (await HubClient.RefusalAsync(() => alice.Connection.InvokeAsync<Receipt>("Send"))).Should().Be("bad_request");
        (await HubClient.RefusalAsync(() => alice.CallAsync<object>("Dance", new { room = "#a" }))).Should().Be("bad_request");
    }

    [Fact]
    public async Task PipelinedSends_AreStoredInCallOrder()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => alice.SendAsync("bob", $"{i}")));
        (await (await server.HubAsync("bob")).ResumeAsync("bob")).Messages.Select(m => m.Content).Should().Equal(Enumerable.Range(0, 500).Select(i => $"{i}"));
    }

    [Fact]
    public async Task ServerLog_HasNoContentAndNoQueryString()
    {
        var raw = await server.RawAsync("carol", "?userid=carol&access_token=secrettoken");
        await raw.SendAsync("carol:alice:secretcontent");
        await alice.ReceiveAsync();
        await alice.SendAsync("carol", "secretcontent", "key");
        await raw.ReceiveAsync();
        await HubClient.RefusalAsync(() => alice.SendAsync("carol", "secretcontent2", "key"));
        await alice.ResumeAsync("alice");
        server.LogText.Should().Contain("/api/home/connect").And.NotContain("secretcontent").And.NotContain("secrettoken");
    }
}
