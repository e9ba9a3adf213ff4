using System.Text;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw.Conformance;

/// <summary>5: fragmented messages.</summary>
public sealed class FragmentationTests : ConformanceTest
{
    [Theory]
    [InlineData(Ping)] // 5.1
    [InlineData(Pong)] // 5.2
    public Task ControlFrameInFragments_IsABreach(int opcode) =>
        ClosesAsync([.. Frame("fragment1", opcode, final: false), .. Frame("fragment2", Continuation)], 1002);

    [Theory]
    [InlineData(int.MaxValue)] // 5.3, 5.4
    [InlineData(1)] // 5.5
    public Task TwoFragments_AreOneMessage(int pieces) =>
        EchoesAsync([.. Frame("alice:alice:one", final: false), .. Frame(" two", Continuation)], "one two"u8.ToArray(), pieces);

    [Theory]
    [InlineData(int.MaxValue)] // 5.6, 5.7
    [InlineData(1)] // 5.8
    public async Task PingBetweenFragments_IsAnsweredAtOnce(int pieces)
    {
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        await SendAsync(client, [.. Frame("alice:alice:one", final: false), .. Frame("ping", Ping), .. Frame(" two", Continuation)], pieces);
        var answer = await client.ReceiveAsync();
        (answer!.Value.Opcode, Encoding.UTF8.GetString(answer.Value.Payload)).Should().Be((Pong, "ping"));
        (await EchoAsync(client)).Should().Equal("one two"u8.ToArray());
    }

    public static TheoryData<byte[]> Orphans => new()
    {
        (byte[])[.. Frame("nothing before", Continuation), .. Frame("alice:bob:x")], // 5.9 to 5.11
        (byte[])[.. Frame("nothing before", Continuation, final: false), .. Frame("alice:bob:x")], // 5.12 to 5.14
        (byte[])
        [
            .. Frame("alice:alice:one", final: false), .. Frame(" two", Continuation), .. Frame("three", Continuation, final: false), .. Frame("alice:bob:x"),
        ], // 5.15
        (byte[])[.. Frame("nothing", Continuation, final: false), .. Frame("alice:bob:x", final: false), .. Frame("y", Continuation)], // 5.16, 5.17
    };

    [Theory, MemberData(nameof(Orphans))]
    public async Task ContinuationWithoutAMessage_IsABreach(byte[] bytes)
    {
        await ClosesAsync(bytes, 1002);
        await ClosesAsync(bytes, 1002, pieces: 1);
    }

    [Fact]
    public Task MessageInsideAnother_IsABreach() => // 5.18
        ClosesAsync([.. Frame("alice:bob:one", final: false), .. Frame("alice:bob:two")], 1002);

    [Theory]
    [InlineData(int.MaxValue)] // 5.19
    [InlineData(1)] // 5.20
    public async Task FragmentsAndPings_MayAlternate(int pieces)
    {
        await using var client = await RawTcpClient.ConnectAsync(Server.Address);
        byte[] bytes =
        [
            .. Frame("alice:alice:1", final: false), .. Frame("2", Continuation, final: false), .. Frame("ping 1", Ping),
            .. Frame("3", Continuation, final: false), .. Frame("4", Continuation, final: false), .. Frame("ping 2", Ping), .. Frame("5", Continuation),
        ];
        await SendAsync(client, bytes, pieces);
        Encoding.UTF8.GetString((await client.ReceiveAsync())!.Value.Payload).Should().Be("ping 1");
        Encoding.UTF8.GetString((await client.ReceiveAsync())!.Value.Payload).Should().Be("ping 2");
        (await EchoAsync(client)).Should().Equal("12345"u8.ToArray());
    }

    [Fact]
    public Task EmptyFragments_AreAccepted() => // 6.1
        EchoesAsync([.. Frame("", final: false), .. Frame("alice:alice:x", Continuation, final: false), .. Frame("", Continuation)], "x"u8.ToArray());
}
