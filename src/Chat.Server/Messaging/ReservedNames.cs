using Chat.Server.RawWebSockets;
using Microsoft.Extensions.Options;

namespace Chat.Server.Messaging;

/// <summary>Names that belong to the server: nobody is them, nobody writes to them.</summary>
internal sealed class ReservedNames(IOptions<RawWebSocketOptions> options)
{
    public bool Contains(string name) => name == options.Value.NoticeSender;
}
