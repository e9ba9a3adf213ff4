using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Requests a page of the caller's conversations, newest first.</summary>
/// <param name="Limit">The page size, 1 to <see cref="ReadRequest.MaxLimit"/>; <see cref="ReadRequest.DefaultLimit"/> when absent.</param>
/// <param name="Before">The name (<see cref="Conversation.With"/> or <see cref="Conversation.Room"/>) of the last conversation of the previous
/// page. The page begins with conversations that are now older than it.</param>
public sealed record ConversationsRequest(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Limit = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Before = null);

/// <summary>A page of conversations.</summary>
/// <param name="Conversations">Newest first; those without a message last, by name. Their messages have at most 512 KiB in total.</param>
/// <param name="More">Whether there are older conversations.</param>
public sealed record ConversationsAnswer(IReadOnlyList<Conversation> Conversations, bool More)
{
    /// <summary>Returns the number of conversations without their content, which must not reach a log.</summary>
    public override string ToString() => $"{Conversations.Count} conversations";
}
