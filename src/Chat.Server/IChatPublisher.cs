using System.Text.Json;
using Chat.Protocol;

namespace Chat.Server;

/// <summary>The calls of a back end in the server's own process, with the promises of <c>/api/v1</c>.</summary>
/// <remarks>Safe for concurrent callers. One caller's calls take effect in the order they were made.</remarks>
public interface IChatPublisher
{
    /// <summary>Sends a message to a user or a room; completes once it is durable and its delivery has begun.</summary>
    /// <param name="message">The message. <see cref="PushRequest.From"/> is required; only the recipient's entry is stored.</param>
    /// <exception cref="IOException">The log failed: it is unknown whether the message was stored. See <see cref="ChatServer.Failure"/>.</exception>
    /// <exception cref="ChatException">The message was refused; nothing was stored. With <see cref="ChatError.Retryable"/> errors the same call
    /// may succeed later; with an <see cref="PushRequest.Id"/> the message is stored once, however often the call is made.</exception>
    Task<PushReceipt> SendAsync(PushRequest message);

    /// <summary>Replaces a topic's value; completes once it is durable and its delivery has begun.</summary>
    /// <param name="topic">The topic, <c>$</c> included.</param>
    /// <param name="value">Any JSON value of at most 64 KiB.</param>
    /// <param name="ifVersion">The only version that may be replaced, 0 for no value; null replaces any.</param>
    /// <returns>The receipt; null if the topic has another version than <paramref name="ifVersion"/>.</returns>
    /// <exception cref="ChatException">The value was refused.</exception>
    Task<TopicReceipt?> PublishAsync(string topic, JsonElement value, long? ifVersion = null);

    /// <summary>Closes the connections of a user, for instance when the user signs out. Their clients do not reconnect by themselves.</summary>
    /// <param name="user">The user id.</param>
    /// <returns>The number of connections that were open.</returns>
    /// <exception cref="ChatException"><c>bad_user_id</c>: the user id breaks the grammar.</exception>
    Task<int> CloseConnectionsAsync(string user);
}
