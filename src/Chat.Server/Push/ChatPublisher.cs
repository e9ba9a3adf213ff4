using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Delivery;
using Chat.Server.Sending;
using Chat.Server.Topics;

namespace Chat.Server.Push;

/// <summary>Sends messages and topic values for back ends, in this process and over HTTP.</summary>
internal sealed class ChatPublisher(MessageSender sender, StreamGroups groups, LiveTopics topics, ReservedNames reserved) : IChatPublisher
{
    public Task<PushReceipt> SendAsync(PushRequest message) => SendAsync(message, keepsCopy: false);

    /// <inheritdoc cref="IChatPublisher.SendAsync"/>
    /// <param name="message">The message.</param>
    /// <param name="keepsCopy">Whether the sender's mailbox gets a copy.</param>
    public async Task<PushReceipt> SendAsync(PushRequest message, bool keepsCopy)
    {
        var from = reserved.RequireUser(message.From, ChatError.BadUserId);
        var receipt = await sender.PushAsync(from, new SendRequest(message.To, message.Content, message.Id), keepsCopy);
        return new PushReceipt(
            receipt.Id, receipt.Stream, receipt.Offset, receipt.Position, receipt.SentAt, receipt.Duplicate, groups.CountOf(receipt.Stream));
    }

    public async Task<TopicReceipt?> PublishAsync(string topic, JsonElement value, long? ifVersion = null) =>
        await topics.PublishAsync(topic, value, ifVersion) is { } published ? new TopicReceipt(published.Version, topics.CountSubscribers(topic)) : null;

    public Task<int> CloseConnectionsAsync(string user) => groups.EndConnectionsAsync(reserved.RequireUser(user, ChatError.BadUserId), Notice.Kicked);
}
