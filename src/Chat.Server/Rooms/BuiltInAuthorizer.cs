using Chat.Server.Topics;
using Microsoft.Extensions.Options;

namespace Chat.Server.Rooms;

/// <summary>Allows joins if <see cref="RoomOptions.Open"/> is set, and subscriptions to all topics except the server's own.</summary>
internal sealed class BuiltInAuthorizer(IOptions<RoomOptions> options) : IChatAuthorizer
{
    public ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken) => ValueTask.FromResult(options.Value.Open);

    public ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken) =>
        ValueTask.FromResult(caller.IsOperator || !LiveTopics.IsServerTopic(topic));
}
