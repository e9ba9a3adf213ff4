using Microsoft.AspNetCore.SignalR;

namespace Chat.LoadTests.Servers;

/// <summary>A SignalR hub as in the framework's tutorials: in-memory groups, no storage, an answer to each message.</summary>
internal sealed class PlainHub : Hub
{
    /// <summary>Puts the connection into the group of its user id.</summary>
    public Task Register(string id) => Groups.AddToGroupAsync(Context.ConnectionId, id);

    /// <summary>Puts the connection into a room.</summary>
    public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room);

    /// <summary>Sends a message to a user, and returns its receipt.</summary>
    public Task<PlainReceipt> Send(string to, string content) => SendToGroupAsync(to, content);

    /// <summary>Sends a message to a room, and returns its receipt.</summary>
    public Task<PlainReceipt> SendRoom(string room, string content) => SendToGroupAsync(room, content);

    private async Task<PlainReceipt> SendToGroupAsync(string group, string content)
    {
        var receipt = new PlainReceipt(Guid.NewGuid(), DateTime.UtcNow);
        await Clients.Group(group).SendAsync("ReceiveMessage", new PlainMessage(receipt.Id, group, content, receipt.SentAt));
        return receipt;
    }
}

internal sealed record PlainMessage(Guid Id, string To, string Content, DateTime SentAt);

internal sealed record PlainReceipt(Guid Id, DateTime SentAt);
