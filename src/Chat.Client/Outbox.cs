using System.Text;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>Sends messages one at a time. Each has an idempotency key, so a message with a lost answer is sent again but stored once.</summary>
internal sealed class Outbox(ChatConnection connection, ChatClientOptions options)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;

    public async Task<Receipt> SendAsync(SendRequest request, CancellationToken cancellationToken)
    {
        Check(request);
        Task<Receipt> sending;
        lock (gate)
            last = sending = SendAfterAsync(last, request, cancellationToken);
        // A cancelled call does not wait for the messages before it.
        return await sending.WaitAsync(cancellationToken);
    }

    private async Task<Receipt> SendAfterAsync(Task before, SendRequest request, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        return await connection.CallAsync<Receipt>(nameof(IChatHub.Send), request, cancellationToken);
    }

    // The server ends the connection at some invalid messages. Without this check they would be sent again without end.
    private void Check(SendRequest request)
    {
        if (Name.ProblemWithRecipient(request.To) is { } recipientProblem)
            throw new ChatException(ChatError.BadRecipient, ChatError.BadRecipient.TextWith(recipientProblem));
        if (Name.ProblemWithMessageId(request.Id) is { } idProblem)
            throw new ChatException(ChatError.BadRequest, $"The id is not valid. {idProblem}");
        try
        {
            if (Strict.GetByteCount(request.Content!) > options.MaxContentBytes)
                throw new ChatException(ChatError.TooLarge, $"A content has at most {options.MaxContentBytes} bytes.");
        }
        catch (EncoderFallbackException e)
        {
            throw new ChatException(ChatError.BadRequest, "The content is not valid Unicode.", e);
        }
    }
}
