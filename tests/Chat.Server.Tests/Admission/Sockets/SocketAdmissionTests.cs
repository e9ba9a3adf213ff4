using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Admission.Sockets;

/// <summary>TCP sockets are limited before HTTP, and existing connections are not disturbed.</summary>
public sealed partial class SocketAdmissionTests
{
    private const string Request = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

    private static readonly Dictionary<string, string> FourSockets = new() { ["Chat:Limits:ConnectionsPerAddress"] = "1" };

    [Fact]
    public async Task SilentSocket_IsClosed()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        await using NetworkStream silent = await OpenAsync(server), speaking = await OpenAsync(server);
        (await IsAnsweredAsync(speaking)).Should().BeTrue();
        var (before, ended) = (server.LogText.Length, EndsAsync(silent));
        using var counted = new CounterWatch(server, "chat.sockets.ended", "silence");
        await Wait.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(10)); // repeated in case the server has not accepted the socket yet
                return Task.FromResult(ended.IsCompleted);
            },
            "The end of the silent socket");
        (await ended).Should().BeTrue();
        await counted.CountedAsync();
        (await IsAnsweredAsync(speaking)).Should().BeTrue(because: "it has sent a request before");
        Visible(server.LogText[before..]).Should().BeEmpty();
    }

    [Fact]
    public async Task RequestSentByteByByte_IsAnswered()
    {
        await using var server = await TestServer.StartAsync();
        await using var socket = await OpenAsync(server);
        (await IsAnsweredAsync(socket, bytesAtOnce: 1)).Should().BeTrue();
    }

    [Fact]
    public async Task SocketOverTheAddressLimit_IsClosedAndOthersStay()
    {
        await using var server = await TestServer.StartAsync(FourSockets);
        var control = await server.RawAsync("control");
        await EchoAsync(control);
        await using NetworkStream first = await OpenAsync(server), second = await OpenAsync(server), third = await OpenAsync(server);
        foreach (var socket in (NetworkStream[])[first, second, third])
            (await IsAnsweredAsync(socket)).Should().BeTrue();

        var before = server.LogText.Length;
        using var counted = new CounterWatch(server, "chat.sockets.ended", "address");
        for (var i = 0; i < 20; i++)
        {
            await using var tooMany = await OpenAsync(server);
            (await EndsAsync(tooMany)).Should().BeTrue();
        }
        await counted.CountedAsync();
        await EchoAsync(control);
        Visible(server.LogText[before..]).Should().BeEmpty();

        await second.DisposeAsync();
        await FreeSocketAsync(server);
        (await IsAnsweredAsync(first)).Should().BeTrue();
        await EchoAsync(control);
    }

    [Fact]
    public async Task SilentSockets_CountForTheirAddress()
    {
        // The fake time does not pass: no socket is closed for its silence.
        await using var server = await TestServer.StartAsync(FourSockets, new FakeTimeProvider());
        var silent = new List<NetworkStream>();
        for (var i = 0; i < 5; i++)
            silent.Add(await OpenAsync(server));
        var ends = silent.Select(EndsAsync).ToList();
        await Wait.ForAsync(Task.WhenAny(ends), "The end of the socket over the limit");
        await using (var another = await OpenAsync(server))
            (await IsAnsweredAsync(another)).Should().BeFalse();
        ends.Count(end => end.IsCompleted).Should().Be(1);
        foreach (var socket in silent)
            socket.Socket.Shutdown(SocketShutdown.Send);
        await FreeSocketAsync(server);
    }

    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:0")]
    [InlineData("127.0.0.0/8", "http://127.0.0.1:0")]
    [InlineData("127.0.0.1", "http://*:0")] // where it is ::ffff:127.0.0.1
    [InlineData("127.0.0.0/8", "http://*:0")]
    public async Task SocketsOfAKnownProxy_AreUnlimited(string proxy, string urls)
    {
        await using var server = await TestServer.StartAsync(new(FourSockets) { ["Chat:KnownProxies:0"] = proxy, ["urls"] = urls });
        await TwentyAreAnsweredAsync(() => OpenAsync(server));
    }

    [Fact]
    public async Task SilentSocketOfAKnownProxy_StaysOpen()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(new() { ["Chat:KnownProxies:0"] = "127.0.0.1" }, time);
        await using var silent = await OpenAsync(server);
        await server.LoggedAsync("Kestrel.Connections", "started");
        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await using var other = await OpenAsync(server);
            (await IsAnsweredAsync(other)).Should().BeTrue();
        }
        (await IsAnsweredAsync(silent)).Should().BeTrue();
    }

    [Fact]
    public async Task SocketsOfAnAddressWithoutALimit_AreUnlimited()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ConnectionsPerAddress"] = "0" });
        await TwentyAreAnsweredAsync(() => OpenAsync(server));
    }

    [Fact]
    public async Task UnixSockets_AreNotCountedByAddress()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var server = await TestServer.StartAsync(new(FourSockets) { ["urls"] = $"http://unix:{path}" });
        await TwentyAreAnsweredAsync(async () =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return new NetworkStream(socket, ownsSocket: true);
        });
    }

    [Fact]
    public async Task SilentSocket_DoesNotDelayShutdown()
    {
        // The fake time does not pass: only the shutdown closes the socket.
        var server = await TestServer.StartAsync(time: new FakeTimeProvider());
        NetworkStream silent;
        await using (server)
        {
            silent = await OpenAsync(server);
            await server.LoggedAsync("Kestrel.Connections", "started");
        }
        (await EndsAsync(silent)).Should().BeTrue();
        await silent.DisposeAsync();
        server.LogText.Should().NotContain("failed to close gracefully", because: "that line means that the shutdown timed out");
    }

    private static async Task TwentyAreAnsweredAsync(Func<Task<NetworkStream>> open)
    {
        var sockets = new List<NetworkStream>();
        for (var i = 0; i < 20; i++)
        {
            sockets.Add(await open());
            (await IsAnsweredAsync(sockets[^1])).Should().BeTrue();
        }
        sockets.ForEach(socket => socket.Dispose());
    }

    private static Task FreeSocketAsync(TestServer server) => Wait.UntilAsync(
        async () =>
        {
            await using var socket = await OpenAsync(server);
            return await IsAnsweredAsync(socket);
        },
        "The free socket");

    private static async Task<NetworkStream> OpenAsync(TestServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Sends a request on a socket, which stays open; false when the socket is closed instead.</summary>
    private static async Task<bool> IsAnsweredAsync(NetworkStream socket, int bytesAtOnce = int.MaxValue)
    {
        var (answer, one) = (new StringBuilder(), new byte[1]);
        try
        {
            foreach (var bytes in Encoding.ASCII.GetBytes(Request).Chunk(bytesAtOnce))
                await socket.WriteAsync(bytes);
            while (!answer.ToString().EndsWith("live\n", StringComparison.Ordinal))
            {
                if (await Wait.ForAsync(socket.ReadAsync(one).AsTask(), "An answer") == 0)
                    return false;
                answer.Append((char)one[0]);
            }
        }
        catch (IOException)
        {
            return false; // reset
        }
        answer.ToString().Should().StartWith("HTTP/1.1 200");
        return true;
    }

    /// <summary>Waits until a socket is closed; false when the server sends something instead.</summary>
    private static async Task<bool> EndsAsync(NetworkStream socket)
    {
        try
        {
            return await Wait.ForAsync(socket.ReadAsync(new byte[1]).AsTask(), "The end of the socket") == 0;
        }
        catch (IOException)
        {
            return true; // reset
        }
    }

    private static async Task EchoAsync(RawClient client)
    {
        await client.SendAsync("control:control:here");
        (await client.ReceiveAsync()).Should().Be("control:here");
    }

    /// <summary>Returns the log lines about sockets at Information and above.</summary>
    private static IEnumerable<string> Visible(string log) => VisibleLine().Matches(log).Select(match => match.Value);

    [GeneratedRegex(@"^(Information|Warning|Error|Critical) (Microsoft\.AspNetCore\.Server\.Kestrel|Chat\.Server\.Admission).*$", RegexOptions.Multiline)]
    private static partial Regex VisibleLine();
}
