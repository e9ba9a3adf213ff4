namespace Chat.Protocol;

/// <summary>What the server calls on a client of <c>/chat</c>.</summary>
public interface IChatClient
{
    /// <summary>A message has been appended to one of the client's streams.</summary>
    Task ReceiveMessage(Message message);

    /// <summary>The server has something to say about the connection itself.</summary>
    Task ReceiveNotice(Notice notice);
}
