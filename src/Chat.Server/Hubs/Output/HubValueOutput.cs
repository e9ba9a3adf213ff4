using Chat.Protocol;
using Chat.Server.Topics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Server.Hubs.Output;

/// <summary>Sends topic values to one connection. A value is chosen when its turn comes: a newer value cannot replace bytes in a pipe.</summary>
internal sealed class HubValueOutput(ConnectionContext connection, BoundedOutput output, ChatProtocols protocols) : IValueOutput
{
    private IHubProtocol? protocol;

    public bool ReceivesAnswers => true;

    // The handshake precedes any subscription. Each of the two protocols has its own transfer format.
    private IHubProtocol Protocol => protocol ??= protocols.AllProtocols.First(known =>
        known.Name is HubSetup.Json or HubSetup.MessagePack && known.TransferFormat == connection.Features.Get<ITransferFormatFeature>()!.ActiveFormat);

    public void Enqueue(Subscription subscription) => output.Enqueue(() => subscription.Take()?.In(Protocol.Name, Encode) ?? default);

    private ReadOnlyMemory<byte> Encode(TopicValue value) => Protocol.GetMessageBytes(new InvocationMessage(nameof(IChatClient.ReceiveValue), [value]));
}
