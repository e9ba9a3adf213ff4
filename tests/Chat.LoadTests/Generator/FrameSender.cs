using System.Runtime.InteropServices;
using Chat.LoadTests.Native;

namespace Chat.LoadTests.Generator;

/// <summary>Collects the messages of one connection and sends them in one call.</summary>
internal sealed unsafe class FrameSender(LoadGenerator generator)
{
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
    private Connection? owner;
    private int length;

    /// <summary>Adds a message. It is sent by <see cref="Flush"/>, or when another connection adds one.</summary>
    public void Add(Connection connection, StampedFrame frame, long stamp)
    {
        if (owner != connection || length + frame.Length > buffer.Length)
        {
            Flush();
            owner = connection;
        }
        frame.CopyTo(buffer.AsSpan(length), stamp);
        length += frame.Length;
    }

    public void Flush()
    {
        if (owner is null)
            return;
        var (connection, bytes) = (owner, length);
        (owner, length) = (null, 0);
        Write(connection, buffer.AsSpan(0, bytes));
    }

    /// <summary>Sends a frame behind what was added.</summary>
    public void Send(Connection connection, ReadOnlySpan<byte> frame)
    {
        Flush();
        Write(connection, frame);
    }

    /// <summary>Sends what the socket did not take before.</summary>
    public void SendWaiting(Connection connection)
    {
        while (!connection.Outgoing.IsEmpty)
        {
            var sent = TrySend(connection, connection.Outgoing.Span);
            if (sent <= 0)
                return;
            connection.Outgoing.Remove(sent);
        }
    }

    private void Write(Connection connection, ReadOnlySpan<byte> bytes)
    {
        if (connection.State == ConnectionState.Closed)
            return;
        if (connection.Outgoing.IsEmpty)
        {
            var sent = TrySend(connection, bytes);
            if (sent < 0)
                return;
            bytes = bytes[sent..];
        }
        if (!bytes.IsEmpty)
            connection.Outgoing.Append(bytes);
    }

    // Returns 0 if the socket takes nothing now, and -1 if the connection is lost.
    private int TrySend(Connection connection, ReadOnlySpan<byte> bytes)
    {
        nint sent;
        fixed (byte* first = bytes)
            sent = Libc.send(connection.Descriptor, first, bytes.Length, Libc.MSG_NOSIGNAL);
        if (sent >= 0)
            return (int)sent;
        var error = Marshal.GetLastPInvokeError();
        if (error is Libc.EAGAIN or Libc.EINTR)
            return 0;
        generator.OnLost(connection, $"send failed: {Marshal.GetPInvokeErrorMessage(error)}");
        return -1;
    }
}
