using System.Security.Claims;

namespace Chat.Server;

/// <summary>Decides who may join a room and who may subscribe to a topic. Register your own before <c>AddChat</c> to replace the built-in one.</summary>
/// <remarks>The server asks at every call of SignalR and raw connections. Implementations must be safe for concurrent callers. Later calls of
/// the connection wait for the answer, so that they take effect in order. An exception refuses the call as <c>unavailable</c>.</remarks>
public interface IChatAuthorizer
{
    /// <summary>Whether the caller may become a member of a room. The server does not ask again when the member reads or writes.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="room">A valid room name, <c>#</c> included; the room may be new.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    ValueTask<bool> MayJoinAsync(ChatCaller caller, string room, CancellationToken cancellationToken);

    /// <summary>Whether the caller's connection may receive a topic's values.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="topic">A valid topic name, <c>$</c> included.</param>
    /// <param name="cancellationToken">Ends with the connection.</param>
    ValueTask<bool> MaySubscribeAsync(ChatCaller caller, string topic, CancellationToken cancellationToken);
}

/// <summary>The caller of a hub method.</summary>
/// <param name="UserId">The user id that the connection belongs to.</param>
/// <param name="Principal">The user with all claims of the authentication.</param>
/// <param name="IsOperator">Whether the connection presented an API key with the scope <c>admin</c>; in Development every caller is one.</param>
public sealed record ChatCaller(string UserId, ClaimsPrincipal Principal, bool IsOperator);
