using Chat.LoadTests.Native;

namespace Chat.LoadTests.Generator;

/// <summary>A client connection of the generator. Buffers exist only while bytes wait in them.</summary>
internal sealed class Connection(int id)
{
    public int Id { get; } = id;

    public string User { get; } = $"u{id}";

    /// <summary>The socket; -1 while there is none.</summary>
    public int Descriptor { get; set; } = -1;

    public ConnectionState State { get; set; }

    /// <summary>Whether the client has stopped reading.</summary>
    public bool IsStalled { get; set; }

    /// <summary>The whole frame of the next message, with a stamp that is overwritten for each message.</summary>
    public StampedFrame? Message { get; set; }

    /// <summary>A scenario's own note of the messages that arrived.</summary>
    public long Mark { get; set; }

    /// <summary>Calls of the protocol that were answered before the connection became ready.</summary>
    public int AnsweredCalls { get; set; }

    /// <summary>The text in a hub message that tells the connection's own sent copies; empty if there are none.</summary>
    public byte[] OwnMark { get; set; } = [];

    /// <summary>An incomplete frame.</summary>
    public WaitingBytes Incoming { get; } = new();

    /// <summary>The parts of a fragmented message.</summary>
    public WaitingBytes Fragments { get; } = new();

    /// <summary>Bytes that the socket did not take.</summary>
    public WaitingBytes Outgoing { get; } = new();

    public void Close()
    {
        if (Descriptor >= 0)
            _ = Libc.close(Descriptor);
        Descriptor = -1;
        State = ConnectionState.Closed;
    }
}

internal enum ConnectionState
{
    Connecting,
    Upgrading,
    Joining,
    Ready,
    Closed,
}
