using System.Text;
using Chat.Server.Tests.Operations;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Hubs.Output;

/// <summary>Clients that stop reading are sent more bytes than the kernel buffers.</summary>
[Trait("Duration", "Long")]
[Collection(HeavyLoad.Name)]
public sealed class SlowClientTests
{
    private const int Messages = 520;
    private const int Bytes = 32 << 10;
    private const string Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e";

    // SignalR measures the duration of a send by its own clock. Here only the bytes count.
    private static readonly Dictionary<string, string> Settings = new() { ["Chat:Limits:SendTimeout"] = "01:00:00" };

    [Fact]
    public async Task StalledRawClient_IsNotifiedAndCatchesUp()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        using var ended = new CounterWatch(server, "chat.slow_close", "raw");
        var stalled = await server.TcpAsync("/api/home/connect?userid=bob", receiveBufferBytes: 4096);
        await SendByHubAsync(server, "bob");
        await PassTimeAsync(time, TimeSpan.FromSeconds(1), ended.CountedAsync());

        var got = new List<string>();
        int? code = null;
        while (code is null && await stalled.ReceiveAsync() is { } frame)
            if (frame.Opcode == 8)
                code = (frame.Payload[0] << 8) | frame.Payload[1];
            else if (frame.Opcode == 1)
                got.Add(NumberOf(Encoding.UTF8.GetString(frame.Payload)["alice:".Length..]));
        code.Should().Be(4508);
        got.Should().HaveCountLessThan(Messages);
        var back = await server.RawAsync(query: "?userid=bob");
        while (got[^1] != $"{Messages - 1}")
            got.Add(NumberOf((await back.ReceiveAsync())["alice:".Length..]));
        got.Distinct().Should().Equal(Enumerable.Range(0, Messages).Select(i => $"{i}"));
    }

    [Fact]
    public async Task StalledHubClient_IsNotifiedAndCatchesUp()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(Settings, time);
        using var ended = new CounterWatch(server, "chat.slow_close", "hub");
        await using var stalled = await StalledHubAsync(server.Address, "bob");
        await SendByRawAsync(server, "bob");
        await PassTimeAsync(time, TimeSpan.FromSeconds(1), ended.CountedAsync());

        var text = new StringBuilder();
        while (await stalled.ReceiveAsync() is { Opcode: not 8 } frame)
        {
            text.Append(Encoding.UTF8.GetString(frame.Payload));
            if (text.ToString().EndsWith("\"allowReconnect\":true}\u001e", StringComparison.Ordinal))
                await stalled.SendAsync(RawTcpClient.Frame([0x03, 0xE8], opcode: 8)); // stock clients close so
        }
        var records = text.ToString().Split('\u001e', StringSplitOptions.RemoveEmptyEntries);
        records.Should().Contain(record => record.Contains("\"target\":\"ReceiveNotice\"", StringComparison.Ordinal) && record.Contains("slow_consumer", StringComparison.Ordinal));
        records[^1].Should().Contain("\"type\":7").And.Contain("\"allowReconnect\":true");

        var back = await server.HubAsync("bob");
        var numbers = (await back.ResumeAllAsync("bob")).Select(message => NumberOf(message.Content));
        numbers.Should().Equal(Enumerable.Range(0, Messages).Select(i => $"{i}"));
    }

    [Fact]
    public async Task RawClientThatStaysStalled_IsAborted()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        using var ended = new CounterWatch(server, "chat.slow_close", "raw");
        var stalled = await server.TcpAsync("/api/home/connect?userid=bob", receiveBufferBytes: 4096);
        await SendByHubAsync(server, "bob");
        await PassTimeAsync(time, TimeSpan.FromSeconds(1), ended.CountedAsync());
        await ShouldBeAbortedAsync(server, stalled, time, "/api/home/connect");
    }

    [Fact]
    public async Task HubClientThatStaysStalled_IsAborted()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(Settings, time);
        using var ended = new CounterWatch(server, "chat.slow_close", "hub");
        await using var stalled = await StalledHubAsync(server.Address, "bob");
        await SendByRawAsync(server, "bob");
        await PassTimeAsync(time, TimeSpan.FromSeconds(1), ended.CountedAsync());
        await ShouldBeAbortedAsync(server, stalled, time, "/chat");
    }

    [Fact]
    public async Task StalledClients_DelayNoOtherAndStayWithinTheirBound()
    {
        const int messages = 3000, healthy = 3;
        await using var server = new ServerProcess(new()
        {
            ["Chat:Limits:SendTimeout"] = "00:00:02",
            // Hexadecimal: 64 MiB. Each stalled client is sent 94 MiB: without the limits the server runs out of memory.
            ["DOTNET_GCHeapHardLimit"] = "4000000",
        });
        await server.StartAsync();
        await using var raw = await RawTcpClient.ConnectAsync(server.Address, "/api/home/connect?userid=bob", 4096);
        await using var hub = await StalledHubAsync(server.Address, "bob");
        await using var healthyHub = await HubClient.ConnectAsync(server.Address, "bob");
        await using var healthyRaw = await RawClient.ConnectAsync(server.Address, "?userid=bob");
        await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
        for (var i = 0; i < messages; i++)
        {
            await alice.SendAsync("bob", Content(i));
            (await healthyHub.ReceiveAsync()).Content.Should().Be(Content(i));
            (await healthyRaw.ReceiveAsync()).Should().Be("alice:" + Content(i));
        }
        await Wait.UntilAsync(async () => await Metrics.ConnectionsOfAsync(server.Address) == healthy, "The end of the slow clients");
    }

    /// <summary>Lets the time for the notice pass, and checks that the connection ends without a close frame.</summary>
    private static async Task ShouldBeAbortedAsync(TestServer server, RawTcpClient stalled, FakeTimeProvider time, string path)
    {
        await PassTimeAsync(time, TimeSpan.FromSeconds(5), server.LoggedAsync($"GET {path} "));
        (await stalled.ReceiveCloseAsync()).Should().BeNull();
    }

    /// <summary>Advances the time in steps, until the task is completed.</summary>
    private static async Task PassTimeAsync(FakeTimeProvider time, TimeSpan step, Task until)
    {
        while (!until.IsCompleted)
        {
            time.Advance(step);
            await Task.WhenAny(until, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }
        await until;
    }

    private static async Task<RawTcpClient> StalledHubAsync(Uri server, string user)
    {
        var stalled = await RawTcpClient.ConnectAsync(server, $"/chat?userid={user}", 4096);
        await stalled.SendAsync(RawTcpClient.Frame(Handshake));
        (await stalled.ReceiveAsync())!.Value.Payload.Should().Equal(Encoding.UTF8.GetBytes("{}\u001e"));
        return stalled;
    }

    // The sender is of the other kind, so that the log shows the end of the stalled connection.
    private static async Task SendByHubAsync(TestServer server, string to)
    {
        await using var alice = await HubClient.ConnectAsync(server.Address, "alice");
        for (var i = 0; i < Messages; i++)
            await alice.SendAsync(to, Content(i));
    }

    private static async Task SendByRawAsync(TestServer server, string to)
    {
        await using var alice = await RawClient.ConnectAsync(server.Address);
        for (var i = 0; i < Messages; i++)
            await alice.SendAsync($"alice:{to}:{Content(i)}");
        (await alice.CloseAsync()).Should().Be(1000);
    }

    private static string Content(int number) => $"{number}|".PadRight(Bytes, 'x');

    private static string NumberOf(string content) => content[..content.IndexOf('|', StringComparison.Ordinal)];
}
