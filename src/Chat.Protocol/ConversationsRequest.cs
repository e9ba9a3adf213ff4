using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Asks for a page of the caller's conversations, newest first.</summary>
/// <param name="Limit">Most conversations, 1 to <see cref="ReadRequest.MaxLimit"/>; <see cref="ReadRequest.DefaultLimit"/> when absent.</param>
/// <param name="Before">The name (<see cref="Conversation.With"/> or <see cref="Conversation.Room"/>) of the last conversation of the page before:
/// this page begins with what is older than that conversation is now.</param>
public sealed record ConversationsRequest(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Limit = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Before = null);

/// <summary>A page of conversations.</summary>
/// <param name="Conversations">Newest first; those without a message last, by name. Their messages have at most 512 KiB in all.</param>
/// <param name="More">True when there are further ones.</param>
public sealed record ConversationsAnswer(IReadOnlyList<Conversation> Conversations, bool More)
{
    /// <summary>The number of conversations, not the conversations.</summary>
    public override string ToString() => $"{Conversations.Count} conversations";
}
