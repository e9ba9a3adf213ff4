namespace Chat.Protocol;

/// <summary>The methods that the server calls on a client of <c>/chat</c>.</summary>
public interface IChatClient
{
    /// <summary>Receives a message of one of the user's streams.</summary>
    Task ReceiveMessage(Message message);

    /// <summary>Receives a read mark that another device of the user has moved.</summary>
    Task ReceiveRead(ReadMark read);

    /// <summary>Receives a newer value of a subscribed topic. A slow client skips values, but never the last.</summary>
    Task ReceiveValue(TopicValue value);

    /// <summary>Receives a notice about the connection itself.</summary>
    Task ReceiveNotice(Notice notice);
}
