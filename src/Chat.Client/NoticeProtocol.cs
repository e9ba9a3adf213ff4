using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Chat.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Client;

/// <summary>Reports each notice as soon as SignalR has parsed it. SignalR may raise <c>Closed</c> before it runs the handlers of the last records, and the last
/// notice says whether to connect again.</summary>
internal sealed class NoticeProtocol(IHubProtocol inner, Action<Notice> onNotice) : IHubProtocol
{
    public string Name => inner.Name;
    public int Version => inner.Version;
    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (!inner.TryParseMessage(ref input, binder, out message))
            return false;
        if (message is InvocationMessage { Target: nameof(IChatClient.ReceiveNotice), Arguments: [Notice notice] })
            onNotice(notice);
        return true;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(message, output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(message);
}
