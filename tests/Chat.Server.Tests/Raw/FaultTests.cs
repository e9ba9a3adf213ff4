using System.Diagnostics.Metrics;
using Chat.Server.Tests.Running;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Raw;

/// <summary>An unexpected exception in the server, here thrown by a listener of its counters, ends the connection that it hits and
/// frees everything that the connection held.</summary>
public sealed class FaultTests
{
    private const string Secret = "what alice wrote";

    [Theory]
    [InlineData("chat.refused", 1011)] // thrown while a frame is read
    [InlineData("chat.raw.closes", null)] // thrown before a close is sent, so the close is not sent
    public async Task Fault_EndsItsConnection_AndFreesItsSlot(string counter, int? code)
    {
        await using var server = await TestServer.StartAsync(new() { ["Chat:Limits:ConnectionsPerUser"] = "1" });
        await using var alice = await server.TcpAsync();
        await alice.SendAsync(RawTcpClient.Frame("alice:alice:hi"));
        (await alice.ReceiveAsync())!.Value.Opcode.Should().Be(1);
        using (Faulty(server, counter))
        {
            await alice.SendAsync(RawTcpClient.Frame(Secret), RawTcpClient.Frame([1], opcode: 2));
            (await alice.ReceiveCloseAsync()).Should().Be(code);
            await alice.DisposeAsync();
            await server.LoggedAsync("GET /api/home/connect answered 101");
        }

        var again = await server.RawAsync("alice");
        await again.SendAsync("alice:alice:hi again");
        (await again.ReceiveUntilAsync("alice:hi again")).Should().NotBeEmpty();
        var faults = server.LogText.Split('\n').Where(line => line.StartsWith("Error ", StringComparison.Ordinal));
        faults.Should().ContainSingle().Which.Should().Contain("RawConnection").And.NotContain(Secret);
    }

    [Fact]
    public async Task FramesAfterTheHubHasLeft_BlockNothing()
    {
        await using var server = await TestServer.StartAsync();
        await using (var file = new SqliteConnection($"Data Source={server.Database};Pooling=False"))
        {
            await file.OpenAsync();
            using var command = file.CreateCommand();
            command.CommandText = "ALTER TABLE member RENAME TO lost"; // so that reading the rooms fails
            await command.ExecuteNonQueryAsync();
        }
        var alice = await server.TcpAsync();
        var frames = Enumerable.Repeat(RawTcpClient.Frame("alice:bob:" + new string('x', 60_000)), 40); // more than the input of the hub holds
        await Wait.ForAsync(alice.SendAsync([RawTcpClient.Frame("alice::"), .. frames]), "The end of what is sent", () => server.LogText);
        (await alice.ReceiveCloseAsync()).Should().Be(1011);
        await server.LoggedAsync("GET /api/home/connect answered 101");
    }

    private static MeterListener Faulty(TestServer server, string counter)
    {
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == counter && instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new FormatException("a fault"));
        listener.Start();
        return listener;
    }
}
