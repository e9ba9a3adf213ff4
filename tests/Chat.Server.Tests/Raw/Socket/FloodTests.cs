using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw.Socket;

/// <summary>Frames that carry nothing cost the server something; a flood of them ends the connection, and only that one.</summary>
public sealed class FloodTests() : BesideABystander(
    new() { ["Chat:Limits:ControlFramesPerSecond"] = "20", ["Chat:Limits:FragmentsPerMessage"] = "1000" }, new FakeTimeProvider())
{
    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public async Task AFloodOfControlFramesEndsTheConnection(int opcode)
    {
        await using var client = await Server.TcpAsync();
        await client.SendAsync([.. Enumerable.Repeat(RawTcpClient.Frame([1, 2, 3, 4, 5, 6, 7, 8], opcode), 21)]);
        (await client.ReceiveCloseAsync()).Should().Be(4400);
    }

    [Fact]
    public async Task AsManyControlFramesAsAllowedDoNoHarm()
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
    public async Task EmptyFragmentsWithoutEndEndTheConnection()
    {
        await using var client = await Server.TcpAsync();
        await client.SendAsync([RawTcpClient.Frame("alice:bob:", final: false), .. Enumerable.Repeat(RawTcpClient.Frame([], opcode: 0, final: false), 1000)]);
        (await client.ReceiveCloseAsync()).Should().Be(4400);
    }

    [Fact]
    public async Task ALimitOfZeroIsOff()
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
