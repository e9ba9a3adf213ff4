using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Chat.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Server.Hubs;

/// <summary>One of SignalR's protocols, except that several messages may be given to one invocation of
/// <see cref="IChatClient.ReceiveMessage"/>, which is written as one each, and that arguments which cannot be read are refused as
/// <c>bad_request</c> instead of by a sentence about "an error on the server", and that messages are refused which the log cannot take.</summary>
internal sealed class ChatHubProtocol(IHubProtocol inner, SendGate sends) : IHubProtocol
{
    private static readonly ExceptionDispatchInfo Malformed = Refusal("The arguments cannot be read.");
    private static readonly ExceptionDispatchInfo Unknown = Refusal("There is no such method.");

    public string Name => inner.Name;
    public int Version => inner.Version;
    public TransferFormat TransferFormat => inner.TransferFormat;
    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message)
    {
        if (!IsMany(message, out _))
            return inner.GetMessageBytes(message);
        var bytes = new ArrayBufferWriter<byte>();
        WriteMessage(message, bytes);
        return bytes.WrittenMemory;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        if (IsMany(message, out var messages))
            foreach (var one in messages)
                inner.WriteMessage(new InvocationMessage(nameof(IChatClient.ReceiveMessage), [one]), output);
        else
            inner.WriteMessage(message, output);
    }

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (!inner.TryParseMessage(ref input, binder, out message))
            return false;
        if (message is InvocationBindingFailureMessage failure)
            message = new InvocationBindingFailureMessage(failure.InvocationId, failure.Target, IsMethod(failure.Target) ? Malformed : Unknown);
        else if (message is InvocationMessage { Target: nameof(IChatHub.Send), Arguments: [SendRequest] } call && sends.Refusal() is { } refusal)
            message = new InvocationBindingFailureMessage(call.InvocationId, call.Target, refusal);
        return true;
    }

    private static bool IsMany(HubMessage message, out object?[] messages)
    {
        // Other hubs of the application may call their clients by this name as well.
        messages = message is InvocationMessage { Target: nameof(IChatClient.ReceiveMessage), Arguments: { Length: > 1 } many }
            && Array.TrueForAll(many, one => one is Message) ? many : [];
        return messages.Length > 0;
    }

    private static bool IsMethod(string name) => typeof(IChatHub).GetMethods().Any(method => method.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ExceptionDispatchInfo Refusal(string text) =>
        ExceptionDispatchInfo.Capture(new HubException(new ChatException(ChatError.BadRequest, text).Refusal));
}
