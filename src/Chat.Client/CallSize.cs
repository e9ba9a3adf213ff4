using System.Text.Json;
using Chat.Protocol;

namespace Chat.Client;

/// <summary>Tells whether a call failed because it was too large for the server, which ends the connection at such a call.</summary>
internal sealed class CallSize(ChatClientOptions options)
{
    // Most bytes that a call has around its request.
    private const int EnvelopeBytes = 100;

    /// <summary>How the hub protocol writes requests.</summary>
    public JsonSerializerOptions? Payload { get; set; }

    /// <summary>The refusal of a call that was larger than the limit which the server has told; null when another call of the connection was.</summary>
    /// <param name="request">The request of the call.</param>
    /// <param name="said">What the server said at the end of the connection.</param>
    /// <param name="limit">The limit in this text.</param>
    /// <param name="e">What the call failed with.</param>
    public ChatException? RefusalOver(object request, string said, long limit, Exception e) => BytesOf(request) > limit ? Refusal(request, said, e) : null;

    /// <summary>The refusal of a call that is larger than the client's own option allows. An older server does not say why it ends a connection.</summary>
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
