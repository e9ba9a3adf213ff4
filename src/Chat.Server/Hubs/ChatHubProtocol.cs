using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Chat.Protocol;
using Chat.Server.Log;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Server.Hubs;

/// <summary>One of SignalR's protocols with four changes.</summary>
/// <remarks>
/// One invocation of <see cref="IChatClient.ReceiveMessage"/> with several messages is written as one invocation each.
/// Arguments that cannot be read are refused as <c>bad_request</c>; SignalR would report an error on the server.
/// A call over the limit ends the connection with <c>too_large</c>. Messages are refused while the log is too far behind.
/// </remarks>
/// <param name="inner">SignalR's protocol.</param>
/// <param name="sends">Refuses messages while the log is too far behind.</param>
/// <param name="messaging">Bounds the bytes of one call.</param>
internal sealed class ChatHubProtocol(IHubProtocol inner, SendGate sends, MessagingOptions messaging) : IHubProtocol
{
    private static readonly ExceptionDispatchInfo Malformed = Refusal("The arguments cannot be read.");
    private static readonly ExceptionDispatchInfo Unknown = Refusal("There is no such method.");

    public string Name => inner.Name;
    public int Version => inner.Version;
    public TransferFormat TransferFormat => inner.TransferFormat;
    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => HubProtocolExtensions.GetMessageBytes(this, message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        if (!IsMany(message))
        {
            inner.WriteMessage(message, output);
            return;
        }
        var argument = new object?[1];
        var one = new InvocationMessage(nameof(IChatClient.ReceiveMessage), argument);
        foreach (var entry in ((InvocationMessage)message).Arguments)
        {
            argument[0] = entry;
            inner.WriteMessage(one, output);
        }
    }

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (!inner.TryParseMessage(ref input, binder, out message))
        {
            // SignalR passes at most the limit, then ends the connection without naming it. It sends the text of hub exceptions only.
            if (input.Length >= messaging.MaxMessageBytes())
                throw new HubException(new ChatException(ChatError.TooLarge, CallLimit.Text(messaging.MaxMessageBytes(), messaging.MaxFrameBytes)).Refusal);
            return false;
        }
        if (message is InvocationBindingFailureMessage failure)
            message = new InvocationBindingFailureMessage(failure.InvocationId, failure.Target, IsMethod(failure.Target) ? Malformed : Unknown);
        else if (message is InvocationMessage { Target: nameof(IChatHub.Send), Arguments: [SendRequest] } call && sends.Refusal() is { } refusal)
            message = new InvocationBindingFailureMessage(call.InvocationId, call.Target, refusal);
        return true;
    }

    private static bool IsMany(HubMessage message) => message is InvocationMessage { Target: nameof(IChatClient.ReceiveMessage), Arguments.Length: > 1 };

    private static bool IsMethod(string name) => typeof(IChatHub).GetMethods().Any(method => method.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ExceptionDispatchInfo Refusal(string text) =>
        ExceptionDispatchInfo.Capture(new HubException(new ChatException(ChatError.BadRequest, text).Refusal));
}
