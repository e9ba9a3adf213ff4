using System.Text;
using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Operations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Sending;

/// <summary>The single entry point for messages: validates, appends and returns a receipt.</summary>
/// <remarks>Between the last two the log passes the commit to its <see cref="ICommitListener"/> (<c>MessageDelivery</c>), which starts the delivery.</remarks>
internal sealed class MessageSender(
    IMessageLog log, IOptions<MessagingOptions> options, ReservedNames reserved, BannedUsers banned, IMailboxLimit mailboxes)
{
    private readonly int maxContentBytes = options.Value.MaxFrameBytes;

    /// <summary>Sends a message of <paramref name="from"/>. Completes once the message is durable and its delivery has started.</summary>
    /// <remarks>Queues the message before it returns, so that call order is append order.</remarks>
    /// <exception cref="ChatException">The message was refused; nothing was stored.</exception>
    public Task<Receipt> SendAsync(string from, SendRequest request) => log.AppendAsync(Validate(from, request, isPush: false, keepsCopy: true));

    /// <summary>Sends a message of a back end, which may write to any room.</summary>
    /// <param name="keepsCopy">Whether the mailbox of <paramref name="from"/> keeps a copy.</param>
    /// <inheritdoc cref="SendAsync"/>
    public Task<Receipt> PushAsync(string from, SendRequest request, bool keepsCopy) =>
        log.AppendAsync(Validate(from, request, isPush: true, keepsCopy));

    private Draft Validate(string from, SendRequest request, bool isPush, bool keepsCopy)
    {
        if (request.To is not { } to || !Name.IsRecipient(to))
            throw new ChatException(ChatError.BadRecipient, ChatError.BadRecipient.TextWith(Name.ProblemWithRecipient(request.To)));
        if (reserved.Contains(to))
            throw new ChatException(ChatError.Forbidden, $"{to} is reserved for the server.");
        if (banned.Contains(from) || banned.Contains(to))
            throw new ChatException(ChatError.Forbidden, $"{(banned.Contains(from) ? from : to)} is banned.");
        if (request.Content is not { } content)
            throw new ChatException(ChatError.BadRequest, "The content is missing.");
        if (request.Id is { } id && !Name.IsMessageId(id))
            throw new ChatException(ChatError.BadRequest, $"The id is not valid. {Name.ProblemWithMessageId(id)}");
        if (content.Length > maxContentBytes || Encoding.UTF8.GetByteCount(content) > maxContentBytes)
            throw new ChatException(ChatError.TooLarge, $"A content has at most {maxContentBytes} bytes.");
        if (!Unicode.IsWellFormed(content))
            throw new ChatException(ChatError.BadRequest, "The content is not valid Unicode.");
        return new Draft(from, to, content, request.Id, isPush, keepsCopy, isPush ? null : mailboxes);
    }
}
