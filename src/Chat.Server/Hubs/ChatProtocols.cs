using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Server.Hubs;

/// <summary>The protocols of one endpoint of <see cref="ChatHub"/>.</summary>
internal sealed class ChatProtocols(params IReadOnlyList<IHubProtocol> protocols) : IHubProtocolResolver
{
    public IReadOnlyList<IHubProtocol> AllProtocols => protocols;

    public IHubProtocol? GetProtocol(string protocolName, IReadOnlyList<string>? supportedProtocols) =>
        supportedProtocols?.Contains(protocolName, StringComparer.OrdinalIgnoreCase) == false
            ? null
            : protocols.FirstOrDefault(protocol => protocol.Name.Equals(protocolName, StringComparison.OrdinalIgnoreCase));
}
