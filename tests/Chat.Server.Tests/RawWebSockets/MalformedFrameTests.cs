using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.RawWebSockets;

/// <summary>A control connection beside each bad one shows that others are untouched.</summary>
public sealed class MalformedFrameTests : IAsyncLifetime
{
    private TestServer server = null!;
    private HubClient control = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync(new() { ["Chat:Messaging:MaxFrameBytes"] = "4096" });
        control = await server.HubAsync("bob");
    }

    public async Task DisposeAsync()
    {
        await control.SendAsync("bob", "still here");
        (await control.ReceiveAsync()).Content.Should().Be("still here", because: "nothing else was stored, and the control connection lives");
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("hello", "bad_frame")]
    [InlineData("a:b", "bad_frame")]
    [InlineData("", "bad_frame")]
    [InlineData(":bob:hi", "bad_user_id")]
    [InlineData("#a:bob:hi", "bad_user_id")]
    [InlineData(" a:bob:hi", "bad_user_id")]
    [InlineData("a\tb:bob:hi", "bad_user_id")]
    [InlineData("a\u202eb:bob:hi", "bad_user_id")]
    [InlineData("e\u0301:bob:hi", "bad_user_id")]
    [InlineData("system:bob:hi", "forbidden")]
    [InlineData("alice::hi", "bad_recipient")]
    [InlineData("alice:#bob:hi", "bad_recipient")]
    [InlineData("alice:#bob:", "bad_recipient")]
    [InlineData("alice:$bob:hi", "bad_recipient")]
    [InlineData("alice:system:hi", "forbidden")]
    public async Task AMalformedFrameIsAnsweredAndTheConnectionStays(string frame, string code)
    {
        var alice = await server.RawAsync();
        await alice.SendAsync(frame);
        (await alice.ReceiveAsync()).Should().StartWith($"system:error {code} ");
        await alice.SendAsync("alice:alice:works");
        (await alice.ReceiveAsync()).Should().Be("alice:works");
    }

    [Fact]
    public async Task ALongNameIsRefused()
    {
        var alice = await server.RawAsync();
        await alice.SendAsync(new string('a', 65) + ":bob:hi");
        (await alice.ReceiveAsync()).Should().StartWith("system:error bad_user_id ");
        await alice.SendAsync($"alice:{new string('b', 3000)}:hi");
        (await alice.ReceiveAsync()).Should().StartWith("system:error bad_recipient ");
    }

    [Fact]
    public async Task AnotherSenderIsRefused()
    {
        var alice = await server.RawAsync("alice");
        await alice.SendAsync("mallory:bob:hi");
        (await alice.ReceiveAsync()).Should().StartWith("system:error identity_mismatch ");
        await alice.SendAsync("mallory::");
        (await alice.ReceiveAsync()).Should().StartWith("system:error identity_mismatch ");
    }

    [Fact]
    public async Task AFrameThatIsRefusedRegistersAllTheSame()
    {
        var alice = await server.RawAsync();
        await alice.SendAsync("alice::hi");
        await alice.ReceiveAsync();
        await control.SendAsync("alice", "hello alice");
        (await alice.ReceiveAsync()).Should().Be("bob:hello alice");
        (await control.ReceiveAsync()).To.Should().Be("alice");
    }

    [Fact]
    public async Task TwentyRefusedFramesEndTheConnection()
    {
        var alice = await server.RawAsync("alice");
        for (var i = 0; i < 20; i++)
            await alice.SendAsync("nonsense");
        for (var i = 0; i < 20; i++)
            (await alice.ReceiveAsync()).Should().StartWith("system:error bad_frame ");
        (await alice.ReceiveCloseAsync()).Should().Be(4400);
    }

    [Fact]
    public async Task ABinaryMessageEndsTheConnection()
    {
        var alice = await server.RawAsync("alice");
        await alice.SendAsync([1, 2, 3], System.Net.WebSockets.WebSocketMessageType.Binary);
        (await alice.ReceiveCloseAsync()).Should().Be(1003);
    }

    public static TheoryData<byte[]> BadUtf8 => new() { new byte[] { 0xff }, new byte[] { 0xc0, 0xaf }, new byte[] { 0xed, 0xa0, 0x80 }, new byte[] { 0xe4, 0xb8 } };

    [Theory, MemberData(nameof(BadUtf8))]
    public async Task BadUtf8EndsTheConnection(byte[] bad)
    {
        var tcp = await server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame([.. Encoding.UTF8.GetBytes("alice:bob:"), .. bad]));
        (await tcp.ReceiveCloseAsync()).Should().Be(1007);
    }

    [Fact]
    public async Task BadUtf8IsSeenAcrossFragments()
    {
        var tcp = await server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame([.. Encoding.UTF8.GetBytes("alice:bob:"), 0xe4], final: false), RawTcpClient.Frame("a", opcode: 0));
        (await tcp.ReceiveCloseAsync()).Should().Be(1007);
    }

    [Fact]
    public async Task AFrameAtTheLimitIsTakenAndOneByteMoreIsNot()
    {
        var alice = await server.RawAsync("alice");
        await alice.SendAsync("alice:alice:" + new string('x', 4096 - 12));
        (await alice.ReceiveAsync()).Should().HaveLength(4096 - 6);
        await alice.SendAsync("alice:bob:" + new string('x', 4096 - 9));
        (await alice.ReceiveCloseAsync()).Should().Be(1009);
    }

    [Fact]
    public async Task FragmentsCountTowardsTheLimit()
    {
        var tcp = await server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice:bob:", final: false));
        for (var i = 0; i < 5; i++)
            await tcp.SendAsync(RawTcpClient.Frame(new string('x', 1000), final: false, opcode: 0));
        (await tcp.ReceiveCloseAsync()).Should().Be(1009);
    }

    [Fact]
    public async Task ADeclaredLengthIsNotBelieved()
    {
        var tcp = await server.TcpAsync();
        await tcp.SendAsync([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Encoding.UTF8.GetBytes("alice:bob:" + new string('x', 5000)));
        (await tcp.ReceiveCloseAsync()).Should().Be(1009);
    }

    [Fact]
    public async Task AFrameThatIsCutOffIsNotStored()
    {
        var tcp = await server.TcpAsync();
        await tcp.SendAsync(RawTcpClient.Frame("alice::"), RawTcpClient.Frame("alice:bob:cut")[..^2]);
        tcp.Reset();
    }

    public static TheoryData<byte[]> BrokenFrames => new()
    {
        RawTcpClient.Frame("alice:bob:x"u8, masked: false), RawTcpClient.Frame("alice:bob:x"u8, reserved: 4), RawTcpClient.Frame("alice:bob:x"u8, opcode: 3),
        RawTcpClient.Frame("alice:bob:x"u8, opcode: 0), RawTcpClient.Frame(new byte[126], opcode: 9), RawTcpClient.Frame([], opcode: 9, final: false),
    };

    [Theory, MemberData(nameof(BrokenFrames))]
    public async Task ABreachOfTheWebSocketProtocolEndsThatConnection(byte[] frame)
    {
        var tcp = await server.TcpAsync();
        await tcp.SendAsync(frame);
        (await tcp.ReceiveCloseAsync()).Should().Be(1002);
    }
}
