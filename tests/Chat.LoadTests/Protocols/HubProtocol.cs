using System.Text;
using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Protocols;

/// <summary>SignalR's JSON protocol. A call's invocation id is the stamp of its message, so that an answer tells how long it took.</summary>
internal abstract class HubProtocol : Protocol
{
    private const byte Separator = 0x1e;

    /// <summary>Whether messages ask for a receipt.</summary>
    public bool WithReceipts { get; init; } = true;

    /// <summary>Returns the calls that make a new connection ready, as JSON; each is answered.</summary>
    protected abstract IReadOnlyList<string> FirstCalls(Connection connection);

    /// <summary>Called for the answer to one of the first calls.</summary>
    protected virtual void OnFirstAnswer(LoadGenerator generator, Connection connection, ReadOnlySpan<byte> record)
    {
    }

    public override void OnUpgraded(LoadGenerator generator, Connection connection) =>
        generator.Send(connection, ClientFrame.Of("{\"protocol\":\"json\",\"version\":1}\u001e"));

    public override void OnMessage(LoadGenerator generator, Connection connection, ReadOnlySpan<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            var end = payload.IndexOf(Separator);
            var record = end < 0 ? payload : payload[..end];
            payload = end < 0 ? [] : payload[(end + 1)..];
            if (connection.State == ConnectionState.Ready)
                OnRecord(generator, connection, record);
            else
                OnFirstRecord(generator, connection, record);
        }
    }

    /// <summary>Returns a call as JSON.</summary>
    /// <param name="id">The invocation id; null asks for no answer.</param>
    protected static string Call(string? id, string method, string arguments) =>
        $"{{\"type\":1,{(id is null ? "" : $"\"invocationId\":\"{id}\",")}\"target\":\"{method}\",\"arguments\":[{arguments}]}}\u001e";

    /// <summary>Returns the call that sends a message.</summary>
    protected StampedFrame Message(string method, string arguments) => new(Call(WithReceipts ? Stamp.Empty[2..] : null, method, arguments));

    private static void OnRecord(LoadGenerator generator, Connection connection, ReadOnlySpan<byte> record)
    {
        if (record.StartsWith("{\"type\":1,"u8))
        {
            if (connection.OwnMark.Length > 0 && record.IndexOf(connection.OwnMark) >= 0)
                return;
            while (Stamp.TryFind(ref record, out var stamp))
                generator.OnArrival(connection, stamp);
        }
        else if (Answer(record) is { IsEmpty: false } answer)
        {
            var digits = answer[..Stamp.Digits];
            var isRefusal = answer[(Stamp.Digits + 1)..].StartsWith(",\"error\""u8);
            generator.Measures.Answered(Stamp.Read(digits), isRefusal);
        }
        else if (record.StartsWith("{\"type\":7"u8))
        {
            generator.OnLost(connection, Encoding.UTF8.GetString(record));
        }
    }

    private void OnFirstRecord(LoadGenerator generator, Connection connection, ReadOnlySpan<byte> record)
    {
        var calls = FirstCalls(connection);
        if (record.SequenceEqual("{}"u8))
        {
            foreach (var call in calls)
                generator.Send(connection, ClientFrame.Of(call));
        }
        else if (Answer(record) is { IsEmpty: false })
        {
            if (record.IndexOf("\"error\":"u8) >= 0)
                throw new IOException($"The server refused a call: {Encoding.UTF8.GetString(record)}");
            connection.AnsweredCalls++;
            OnFirstAnswer(generator, connection, record);
        }
        else if (record.StartsWith("{\"type\":1,"u8))
        {
            OnRecord(generator, connection, record);
        }
        if (connection.AnsweredCalls == calls.Count && connection.State == ConnectionState.Joining)
            generator.MarkReady(connection);
    }

    // Returns the answer from its invocation id on; empty if the record is none.
    private static ReadOnlySpan<byte> Answer(ReadOnlySpan<byte> record)
    {
        var head = "{\"type\":3,\"invocationId\":\""u8;
        return record.StartsWith(head) ? record[head.Length..] : [];
    }
}
