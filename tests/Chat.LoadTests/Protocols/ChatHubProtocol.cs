using System.Text;
using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Protocols;

/// <summary>Calls of Chat's hub at <c>/chat</c>.</summary>
internal class ChatHubProtocol : HubProtocol
{
    public override string Path(Connection connection) => $"/chat?userid={connection.User}";

    // In a room a sender's own message counts like any other.
    public override void Prepare(Connection connection) =>
        connection.OwnMark = Joins is null ? Encoding.UTF8.GetBytes($"\"from\":\"{connection.User}\"") : [];

    public override StampedFrame MessageTo(Connection from, string to, string content) =>
        Message("Send", $"{{\"to\":\"{to}\",\"content\":\"{content}\"}}");

    protected override IReadOnlyList<string> FirstCalls(Connection connection) => Joins switch
    {
        null => [],
        ['$', ..] => [Call("s", "Subscribe", $"{{\"topic\":\"{Joins}\"}}")],
        _ => [Call("j", "Join", $"{{\"room\":\"{Joins}\"}}")],
    };
}
