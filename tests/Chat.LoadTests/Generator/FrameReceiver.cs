using System.Runtime.InteropServices;
using System.Text;
using Chat.LoadTests.Native;
using Chat.LoadTests.Protocols;

namespace Chat.LoadTests.Generator;

/// <summary>Receives into one buffer for all connections, and splits the bytes into frames.</summary>
internal sealed unsafe class FrameReceiver(LoadGenerator generator)
{
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(4 * 1024 * 1024, pinned: true);

    /// <summary>Reads a connection until its socket is empty.</summary>
    public void Receive(Connection connection, Protocol protocol)
    {
        while (connection is { State: not ConnectionState.Closed, IsStalled: false })
        {
            // An incomplete frame goes before what is received next.
            var waiting = connection.Incoming.Length;
            if (waiting > 0)
            {
                connection.Incoming.Span.CopyTo(buffer);
                connection.Incoming.Clear();
            }
            var room = buffer.Length - waiting;
            var received = TryReceive(connection, waiting, room);
            if (received < 0)
                return;
            var end = waiting + received;
            var used = Split(connection, protocol, buffer.AsSpan(0, end));
            if (used < end)
                connection.Incoming.Append(buffer.AsSpan(used, end - used));
            // A short read has emptied the socket. A second call would find nothing.
            if (received < room)
                return;
        }
    }

    // Returns 0 if there is nothing now, and -1 if the connection is lost.
    private int TryReceive(Connection connection, int at, int room)
    {
        nint received;
        fixed (byte* first = &buffer[at])
            received = Libc.recv(connection.Descriptor, first, room, 0);
        if (received > 0)
            return (int)received;
        var error = received == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error is Libc.EAGAIN or Libc.EINTR)
            return 0;
        var reason = error == 0 ? "the server closed it" : Marshal.GetPInvokeErrorMessage(error);
        generator.OnLost(connection, reason + Remainder(buffer.AsSpan(0, at)));
        return -1;
    }

    // Returns the number of bytes that were used.
    private int Split(Connection connection, Protocol protocol, ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        if (connection.State == ConnectionState.Upgrading)
        {
            var head = bytes.IndexOf("\r\n\r\n"u8);
            if (head < 0)
                return 0;
            if (!bytes.StartsWith("HTTP/1.1 101"u8))
                throw new IOException($"The server refused the upgrade{Remainder(bytes)}.");
            used = head + 4;
            connection.State = ConnectionState.Joining;
            protocol.OnUpgraded(generator, connection);
        }
        while (connection.State != ConnectionState.Closed && ServerFrame.TryRead(bytes[used..], out var frame))
        {
            Handle(connection, protocol, frame);
            used += frame.Length;
        }
        return used;
    }

    private void Handle(Connection connection, Protocol protocol, ServerFrame frame)
    {
        if (frame.Opcode == ClientFrame.Ping)
        {
            generator.Send(connection, ClientFrame.Of(ClientFrame.Pong, frame.Payload));
        }
        else if (frame.Opcode == ClientFrame.Close)
        {
            generator.OnLost(connection, "the server sent a close" + Remainder(frame.Payload));
        }
        else if (frame.Opcode < ClientFrame.Close)
        {
            if (frame.IsFinal && connection.Fragments.IsEmpty)
            {
                protocol.OnMessage(generator, connection, frame.Payload);
                return;
            }
            connection.Fragments.Append(frame.Payload);
            if (!frame.IsFinal)
                return;
            protocol.OnMessage(generator, connection, connection.Fragments.Span);
            connection.Fragments.Clear();
        }
    }

    private static string Remainder(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : $": {Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 200)])}";
}
