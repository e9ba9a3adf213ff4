using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Chat.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Server.Hubs;

/// <summary>SignalR's JSON protocol with a shorter way for the three records of a message: <see cref="IChatHub.Send"/>, its receipt and
/// <see cref="IChatClient.ReceiveMessage"/>.</summary>
/// <remarks>Every byte and every result is that of <paramref name="inner"/>, which reads and writes all other records.</remarks>
/// <param name="inner">SignalR's protocol. Its options are SignalR's own and the project's contracts.</param>
internal sealed class MessageJsonProtocol(JsonHubProtocol inner) : IHubProtocol
{
    /// <summary>The byte behind every record.</summary>
    public const byte RecordSeparator = 0x1e;

    public string Name => inner.Name;
    public int Version => inner.Version;
    public TransferFormat TransferFormat => inner.TransferFormat;
    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => HubProtocolExtensions.GetMessageBytes(this, message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        switch (message)
        {
            case CompletionMessage { Error: null, HasResult: true, Result: Receipt receipt, Headers: null or { Count: 0 } } completion:
                MessageJsonWriter.WriteCompletion(completion.InvocationId, receipt, output);
                break;
            case InvocationMessage
            {
                Target: nameof(IChatClient.ReceiveMessage), Arguments: [Message entry], InvocationId: null, Headers: null or { Count: 0 }, StreamIds: null,
            }:
                MessageJsonWriter.WriteReceiveMessage(entry, output);
                break;
            default:
                inner.WriteMessage(message, output);
                break;
        }
    }

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (!SendParser.TryRead(ref input, out var call))
            return inner.TryParseMessage(ref input, binder, out message);
        message = call;
        return true;
    }
}
