using System.Collections.Concurrent;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Server.Tests.Crash;

/// <summary>A SignalR client that also sends: many messages in flight, half of them with a key that makes a retry safe.</summary>
internal sealed class SendingDevice(string user, string name, RestartableServer server, Traffic traffic, Random random) : HubDevice(user, name, server)
{
    private const int Window = 32;

    private readonly ConcurrentDictionary<string, SendRecord> sends = new();
    private readonly ConcurrentQueue<SendRecord> retries = new();
    private int sequence;

    public IEnumerable<SendRecord> Sends => sends.Values;

    protected override async Task UseAsync(HubConnection connection, Task closed, CancellationToken stop)
    {
        var window = new SemaphoreSlim(Window);
        while (!closed.IsCompleted && !(stop.IsCancellationRequested && retries.IsEmpty))
        {
            await window.WaitAsync(CancellationToken.None);
            _ = SendAsync(connection, retries.TryDequeue(out var retry) ? retry : Next(), window);
        }
        for (var i = 0; i < Window; i++)
            await window.WaitAsync(CancellationToken.None);
    }

    private SendRecord Next()
    {
        var to = traffic.Recipients[random.Next(traffic.Recipients.Count)];
        var number = ++sequence;
        return new SendRecord(User, to, $"{User}|{number}|{to}|{random.Next():x}", number, Outcome.Unknown);
    }

    private static string? KeyOf(SendRecord send) => send.Sequence % 2 == 0 ? $"{send.From}-{send.Sequence}" : null;

    private async Task SendAsync(HubConnection connection, SendRecord send, SemaphoreSlim window)
    {
        sends[send.Content] = send;
        traffic.Begin();
        try
        {
            var receipt = await connection.InvokeAsync<Receipt>(nameof(IChatHub.Send), new SendRequest(send.To, send.Content, KeyOf(send)));
            sends[send.Content] = send with { Outcome = Outcome.Stored, Offset = receipt.Offset };
            traffic.Stored();
        }
        catch (HubException) when (!send.Retried)
        {
            sends[send.Content] = send with { Outcome = Outcome.Refused };
        }
        catch (Exception)
        {
            // The outcome is unknown; a refused retry says nothing about the attempt before it. A message with a key is sent again.
            // One without a key may be stored or not, but only once.
            traffic.Unknown();
            if (KeyOf(send) is not null)
                retries.Enqueue(send with { Retried = true });
        }
        finally
        {
            traffic.End();
            window.Release();
        }
    }
}
