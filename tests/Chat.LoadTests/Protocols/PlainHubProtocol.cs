using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Protocols;

/// <summary>Calls of the plain SignalR hub.</summary>
internal sealed class PlainHubProtocol : HubProtocol
{
    public override string Path(Connection connection) => "/chat";

    public override StampedFrame MessageTo(Connection from, string to, string content) =>
        Message(to == Joins ? "SendRoom" : "Send", $"\"{to}\",\"{content}\"");

    protected override IReadOnlyList<string> FirstCalls(Connection connection) => Joins is null
        ? [Call("r", "Register", $"\"{connection.User}\"")]
        : [Call("r", "Register", $"\"{connection.User}\""), Call("j", "Join", $"\"{Joins}\"")];
}
