namespace Chat.Protocol;

/// <summary>The methods that a client calls on <c>/chat</c>. A refusal is a <c>HubException</c> that reads
/// <c>CODE: text</c> (<see cref="ChatError"/>).</summary>
public interface IChatHub
{
    /// <summary>Sends a message, and completes when it is durable.</summary>
    Task<Receipt> Send(SendRequest request);

    /// <summary>Returns missed messages of the caller's streams, oldest first.</summary>
    Task<ResumeAnswer> Resume(ResumeRequest request);

    /// <summary>Returns a page of a stream's history, oldest first.</summary>
    Task<ReadAnswer> Read(ReadRequest request);

    /// <summary>Moves the caller's confirmed position of a stream forward, never back.</summary>
    Task<ConfirmAnswer> Confirm(ConfirmRequest request);

    /// <summary>Returns a page of the caller's conversations with their unread counts, newest first.</summary>
    Task<ConversationsAnswer> Conversations(ConversationsRequest request);

    /// <summary>Moves the caller's read mark of a conversation forward, never back, and completes when it is durable.</summary>
    Task<MarkReadAnswer> MarkRead(MarkReadRequest request);

    /// <summary>Makes the user a member of a room until it leaves. Membership outlives the connection.</summary>
    Task<JoinAnswer> Join(RoomRequest request);

    /// <summary>Ends the membership and the delivery of the room's messages.</summary>
    Task<LeaveAnswer> Leave(RoomRequest request);

    /// <summary>Subscribes the connection to a topic. Returns the last value, or null when there is none.</summary>
    Task<TopicValue?> Subscribe(TopicRequest request);

    /// <summary>Ends a subscription.</summary>
    Task<UnsubscribeAnswer> Unsubscribe(TopicRequest request);

    /// <summary>Replaces the connection's token by a new one of the same user.</summary>
    Task<RefreshAnswer> Refresh(RefreshRequest request);
}
