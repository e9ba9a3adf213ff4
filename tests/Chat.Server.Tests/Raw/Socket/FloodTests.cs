using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw.Socket;

/// <summary>A flood of control frames or fragments closes its own connection, and no other.</summary>
public sealed class FloodTests() : BystanderTest(
    new() { ["Chat:Limits:ControlFramesPerSecond"] = "20", ["Chat:Limits:FragmentsPerMessage"] = "1000" }, new FakeTimeProvider())
{
    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public async Task FloodOfControlFrames_IsClosed(int opcode)
    {
        await using var client = await Server.TcpAsync();
        await client.SendAsync([.. Enumerable.Repeat(RawTcpClient.Frame([1, 2, 3, 4, 5, 6, 7, 8], opcode), 21)]);
        (await client.ReceiveCloseAsync()).Should().Be(4400);
    }

    [Fact]
    public async Task ControlFramesAtTheLimit_AreAnswered()
    {
        await using var client = await Server.TcpAsync();
        for (var second = 0; second < 3; second++)
        {
            await client.SendAsync([.. Enumerable.Repeat(RawTcpClient.Frame([], opcode: 9), 20), RawTcpClient.Frame("alice:alice:here")]);
            for (var i = 0; i < 20; i++)
                (await client.ReceiveAsync())!.Value.Opcode.Should().Be(10);
            (await client.ReceiveAsync())!.Value.Opcode.Should().Be(1);
            ((FakeTimeProvider)Server.Services.GetRequiredService<TimeProvider>()).Advance(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public async Task EndlessEmptyFragments_AreClosed()
    {
        await using var client = await Server.TcpAsync();
        await client.SendAsync([RawTcpClient.Frame("alice:bob:", final: false), .. Enumerable.Repeat(RawTcpClient.Frame([], opcode: 0, final: false), 1000)]);
        (await client.ReceiveCloseAsync()).Should().Be(4400);
    }

    [Fact]
    public async Task LimitOfZero_IsOff()
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ControlFramesPerSecond"] = "0", ["Chat:Limits:FragmentsPerMessage"] = "0" });
        await using var client = await server.TcpAsync();
        await client.SendAsync(
        [
            .. Enumerable.Repeat(RawTcpClient.Frame([], opcode: 10), 1000),
            RawTcpClient.Frame("alice:alice:", final: false),
            .. Enumerable.Repeat(RawTcpClient.Frame([], opcode: 0, final: false), 1000),
            RawTcpClient.Frame("here", opcode: 0),
        ]);
        (await client.ReceiveAsync())!.Value.Opcode.Should().Be(1);
    }
}
