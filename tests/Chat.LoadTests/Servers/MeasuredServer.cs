using Chat.LoadTests.Protocols;

namespace Chat.LoadTests.Servers;

/// <summary>A server and the way in which its clients use it.</summary>
/// <param name="Name">The name in arguments and tables.</param>
/// <param name="Program">The program that runs.</param>
/// <param name="Settings">Environment variables of the program.</param>
/// <param name="Protocol">Makes the clients' protocol. The argument is the room or topic that they join.</param>
internal sealed record MeasuredServer(string Name, ServerProgram Program, IReadOnlyDictionary<string, string> Settings, Func<string?, Protocol> Protocol)
{
    public static IReadOnlyList<MeasuredServer> All { get; } =
    [
        new("chat-raw", ServerProgram.Chat, ChatSettings.Full, joins => new ColonProtocol { Joins = joins }),
        new("chat-hub", ServerProgram.Chat, ChatSettings.Full, joins => new ChatHubProtocol { Joins = joins }),
        new("chat-hub-no-receipts", ServerProgram.Chat, ChatSettings.Full, joins => new ChatHubProtocol { Joins = joins, WithReceipts = false }),
        new("chat-raw-relaxed", ServerProgram.Chat, ChatSettings.Relaxed, joins => new ColonProtocol { Joins = joins }),
        new("chat-hub-relaxed", ServerProgram.Chat, ChatSettings.Relaxed, joins => new ChatHubProtocol { Joins = joins }),
        new("signalr", ServerProgram.SignalR, ChatSettings.None, joins => new PlainHubProtocol { Joins = joins }),
        new("relay", ServerProgram.Relay, ChatSettings.None, _ => new ColonProtocol()),
        new("legacy", ServerProgram.Legacy, ChatSettings.None, _ => new ColonProtocol()),
        new("ws", ServerProgram.Ws, ChatSettings.None, _ => new ColonProtocol()),
        new("socket.io", ServerProgram.SocketIo, ChatSettings.None, joins => new SocketIoProtocol { Joins = joins }),
    ];

    /// <summary>Whether this server stores messages.</summary>
    public bool IsChat => Program == ServerProgram.Chat;

    /// <summary>Whether a receipt, or a delivery, means that the message is on the disk.</summary>
    public bool IsDurable => IsChat && Settings[ChatSettings.Durability] == "Full";

    public bool IsRaw => Protocol(null) is ColonProtocol;

    /// <summary>Whether it is a variant of another server that scenarios other than pairs leave out.</summary>
    public bool IsVariant => Name is "chat-hub-no-receipts" or "chat-raw-relaxed" or "chat-hub-relaxed";
}

internal enum ServerProgram
{
    Chat,
    SignalR,
    Relay,
    Legacy,
    Ws,
    SocketIo,
}
