using System.Diagnostics.Metrics;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.RawWebSockets;

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
