using System.Diagnostics.Metrics;
using Chat.Server.Tests.Running;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Raw;

/// <summary>A fault of the server's own that nobody foresaw, here in whatever listens to its counters, ends the connection that it met and
/// leaves nothing behind.</summary>
public sealed class FaultTests
{
    private const string Secret = "what alice wrote";

    [Theory]
    [InlineData("chat.refused", 1011)] // counted while a frame is read
    [InlineData("chat.raw.closes", null)] // counted before a close is sent, which can then not be
    public async Task AFaultEndsItsConnectionAndGivesItsPlaceBack(string counter, int? code)
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
    public async Task WhatIsSentOnAfterTheHubHasLeftHoldsNothingUp()
    {
        await using var server = await TestServer.StartAsync();
        await using (var file = new SqliteConnection($"Data Source={server.Database};Pooling=False"))
        {
            await file.OpenAsync();
            using var command = file.CreateCommand();
            command.CommandText = "ALTER TABLE member RENAME TO lost"; // so that nobody's rooms can be read
            await command.ExecuteNonQueryAsync();
        }
        var alice = await server.TcpAsync();
        var frames = Enumerable.Repeat(RawTcpClient.Frame("alice:bob:" + new string('x', 60_000)), 40); // more than wait for the hub
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
