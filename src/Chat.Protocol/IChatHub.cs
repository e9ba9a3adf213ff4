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
}
