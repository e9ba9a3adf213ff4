namespace Chat.Protocol;

/// <summary>What a client calls on <c>/chat</c>. A refusal is a <c>HubException</c> that reads <c>CODE: text</c> (<see cref="ChatError"/>).</summary>
public interface IChatHub
{
    /// <summary>Sends a message; completes once it is durable.</summary>
    Task<Receipt> Send(SendRequest request);

    /// <summary>Returns what was missed in the caller's streams, oldest first.</summary>
    Task<ResumeAnswer> Resume(ResumeRequest request);

    /// <summary>Returns a page of a stream's history, oldest first.</summary>
    Task<ReadAnswer> Read(ReadRequest request);

    /// <summary>Moves the caller's confirmed position of a stream forward, never back.</summary>
    Task<ConfirmAnswer> Confirm(ConfirmRequest request);

    /// <summary>Returns a page of the caller's conversations, newest first, and how much of each is unread.</summary>
    Task<ConversationsAnswer> Conversations(ConversationsRequest request);

    /// <summary>Moves the position up to which the caller has read a conversation forward, never back; completes once that is durable.</summary>
    Task<MarkReadAnswer> MarkRead(MarkReadRequest request);

    /// <summary>Makes the caller a member of a room: the user, not the connection, and until it leaves.</summary>
    Task<JoinAnswer> Join(RoomRequest request);

    /// <summary>Ends the membership, and delivery with it.</summary>
    Task<LeaveAnswer> Leave(RoomRequest request);

    /// <summary>Has the connection hear of a topic's values; returns the present one, or null when there is none yet.</summary>
    Task<TopicValue?> Subscribe(TopicRequest request);

    /// <summary>Ends a subscription.</summary>
    Task<UnsubscribeAnswer> Unsubscribe(TopicRequest request);

    /// <summary>Presents a new token of the same user, so that the connection may go on.</summary>
    Task<RefreshAnswer> Refresh(RefreshRequest request);
}
