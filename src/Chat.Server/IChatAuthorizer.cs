using System.Security.Claims;

namespace Chat.Server;

/// <summary>Decides who may join a room and who may subscribe to a topic. Register your own before <c>AddChat</c> to replace the built-in one.</summary>
/// <remarks>Asked at every call, for SignalR and raw connections alike; must be safe for concurrent callers. A connection's later calls wait
/// for the answer, so that they take effect in order. What it throws refuses the call as a fault of the server.</remarks>
public interface IChatAuthorizer
{
    /// <summary>Whether the caller may become a member of a room. It is not asked again for what members do.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="room">A valid room name, <c>#</c> included; the room may be new.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken);

    /// <summary>Whether the caller's connection may hear a topic's values.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="topic">A valid topic name, <c>$</c> included.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken);
}

/// <summary>Who calls.</summary>
/// <param name="UserId">The user id that the connection belongs to.</param>
/// <param name="Principal">The same with all claims that authentication has found.</param>
/// <param name="IsOperator">Whether the connection presented an API key with the scope <c>admin</c>; in Development everybody is.</param>
public sealed record ChatCaller(string UserId, ClaimsPrincipal Principal, bool IsOperator);
