using System.Text;
using Chat.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Server.Messaging;

/// <summary>The one door for messages, whoever brings them: validate, append, receipt. Delivery starts between the last two.</summary>
internal sealed class MessageSender(IMessageLog log, IOptions<MessagingOptions> options, ReservedNames reserved)
{
    private readonly int maxContentBytes = options.Value.MaxFrameBytes;

    /// <summary>Sends a message of <paramref name="from"/>; completes once it is durable and its delivery has begun.</summary>
    /// <remarks>Takes its place in the order of messages before it returns.</remarks>
    /// <exception cref="ChatException">The message was refused; nothing was stored.</exception>
    public async ValueTask<Receipt> SendAsync(string from, SendRequest request)
    {
        try
        {
            return (await log.AppendAsync(Validate(from, request))).Receipt;
        }
        catch (LogUnavailableException)
        {
            throw new ChatException(ChatError.Unavailable);
        }
    }

    private Draft Validate(string from, SendRequest request)
    {
        if (request.To is not { } to || !Name.IsUserId(to))
            throw new ChatException(ChatError.BadRecipient);
        if (reserved.Contains(to))
            throw new ChatException(ChatError.Forbidden, $"Nobody can write to {to}.");
        if (request.Content is not { } content)
            throw new ChatException(ChatError.BadRequest, "A message has a content.");
        if (request.Id is { } id && !Name.IsMessageId(id))
            throw new ChatException(ChatError.BadRequest, "An id is 1 to 64 characters of the user-id alphabet.");
        if (content.Length > maxContentBytes || Encoding.UTF8.GetByteCount(content) > maxContentBytes)
            throw new ChatException(ChatError.TooLarge, $"A content has at most {maxContentBytes} bytes.");
        if (!Unicode.IsWellFormed(content))
            throw new ChatException(ChatError.BadRequest, "The content is not valid Unicode.");
        return new Draft(from, to, content, request.Id);
    }
}
