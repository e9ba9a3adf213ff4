namespace Chat.Protocol;

/// <summary>What the server calls on a client of <c>/chat</c>.</summary>
public interface IChatClient
{
    /// <summary>A message has been appended to one of the client's streams.</summary>
    Task ReceiveMessage(Message message);

    /// <summary>Another device of the user has read a conversation further.</summary>
    Task ReceiveRead(ReadMark read);

    /// <summary>A topic that the connection subscribes to has a new value. Values that came while the client was slow are skipped, never the last.</summary>
    Task ReceiveValue(TopicValue value);

    /// <summary>The server has something to say about the connection itself.</summary>
    Task ReceiveNotice(Notice notice);
}
