using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Protocols;

/// <summary>Clients of Chat's hub that return with the position of the last message that they have.</summary>
/// <param name="position">The position of every client; null on the first connection.</param>
internal sealed class ResumingHubProtocol(string? position) : ChatHubProtocol
{
    /// <summary>The head of the last resumed stream.</summary>
    public string Head { get; private set; } = "";

    protected override IReadOnlyList<string> FirstCalls(Connection connection) =>
        [Call("r", "Resume", position is null ? "{}" : $"{{\"positions\":{{\"{connection.User}\":\"{position}\"}}}}")];

    protected override void OnFirstAnswer(LoadGenerator generator, Connection connection, ReadOnlySpan<byte> record)
    {
        if (Head.Length == 0 && record.IndexOf("\"head\":\""u8) is >= 0 and var at)
        {
            var head = record[(at + 8)..];
            Head = System.Text.Encoding.UTF8.GetString(head[..head.IndexOf((byte)'"')]);
        }
        while (Stamp.TryFind(ref record, out var stamp))
            generator.OnArrival(connection, stamp);
    }
}
