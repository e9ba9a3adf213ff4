using Chat.Protocol;
using Chat.Server.Topics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Server.Hubs.Output;

/// <summary>Sends values to one connection, past the groups: in a pipe, where they could not be taken back, there is never more than a little.</summary>
internal sealed class HubValueOutput(ConnectionContext connection, BoundedOutput output, IHubProtocolResolver protocols) : IValueOutput
{
    private IHubProtocol? protocol;

    public bool ReceivesAnswers => true;

    // The handshake is over when somebody subscribes, and the format tells the two protocols apart that are spoken here.
    private IHubProtocol Protocol => protocol ??= protocols.AllProtocols.First(known =>
        known.Name is HubSetup.Json or HubSetup.MessagePack && known.TransferFormat == connection.Features.Get<ITransferFormatFeature>()!.ActiveFormat);

    public void Enqueue(Subscription subscription) => output.Enqueue(() => subscription.Take()?.In(Protocol.Name, Encode) ?? default);

    private ReadOnlyMemory<byte> Encode(TopicValue value) => Protocol.GetMessageBytes(new InvocationMessage(nameof(IChatClient.ReceiveValue), [value]));
}
