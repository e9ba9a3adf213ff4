using System.Text.Json;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>Decides whether a call failed because it was too large. The server ends the connection at such a call.</summary>
internal sealed class CallSize(ChatClientOptions options)
{
    // Upper bound of the bytes that SignalR adds to a request.
    private const int EnvelopeBytes = 100;

    /// <summary>The JSON options of the hub protocol.</summary>
    public JsonSerializerOptions? Payload { get; set; }

    /// <summary>Returns the refusal of a call over the server's limit; null when another call of the connection was over it.</summary>
    /// <param name="request">The request of the call.</param>
    /// <param name="text">The server's text at the end of the connection.</param>
    /// <param name="limit">The limit in that text, in bytes.</param>
    /// <param name="e">The failure of the call.</param>
    public ChatException? RefusalOver(object request, string text, long limit, Exception e) => BytesOf(request) > limit ? Refusal(request, text, e) : null;

    /// <summary>Returns the refusal of a call over the client's own limit, or null. An older server gives no reason when it ends a connection.</summary>
    public ChatException? RefusalByOption(object request, Exception e)
    {
        var most = SendRequest.MaxCallBytes(options.MaxContentBytes);
        return BytesOf(request) > most ? Refusal(request, $"With this MaxContentBytes a call has at most {most} bytes.", e) : null;
    }

    private ChatException Refusal(object request, string limit, Exception e) => new(
        ChatError.TooLarge,
        $"The call has {BytesOf(request)} bytes. {limit} This client's MaxContentBytes is {options.MaxContentBytes}. Send less, or raise both settings.",
        e);

    private int BytesOf(object request) => JsonSerializer.SerializeToUtf8Bytes(request, request.GetType(), Payload).Length + EnvelopeBytes;
}
