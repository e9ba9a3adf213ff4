using Chat.Server.Topics;
using Microsoft.Extensions.Options;

namespace Chat.Server.Rooms;

/// <summary>Rooms are open or closed as a whole; topics are open but for the server's own.</summary>
internal sealed class BuiltInAuthorizer(IOptions<RoomOptions> options) : IChatAuthorizer
{
    public ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken) => ValueTask.FromResult(options.Value.Open);

    public ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken) =>
        ValueTask.FromResult(caller.IsOperator || !LiveTopics.IsServersOwn(topic));
}
