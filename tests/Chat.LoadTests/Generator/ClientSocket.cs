using System.Runtime.InteropServices;
using Chat.LoadTests.Native;

namespace Chat.LoadTests.Generator;

/// <summary>Non-blocking sockets to 127.0.0.1.</summary>
internal static unsafe class ClientSocket
{
    /// <summary>Begins to connect.</summary>
    /// <param name="receiveBuffer">The kernel's receive buffer in bytes; 0 leaves its default.</param>
    public static int Connect(int port, int receiveBuffer)
    {
        var descriptor = Libc.Check(Libc.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0), "socket");
        Set(descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        if (receiveBuffer > 0)
            Set(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUF, receiveBuffer);
        // A close with a reset leaves no port behind in TIME_WAIT.
        var linger = stackalloc int[2] { 1, 0 };
        Libc.Check(Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_LINGER, linger, 2 * sizeof(int)), "setsockopt");
        var address = stackalloc byte[16];
        new Span<byte>(address, 16).Clear();
        *(ushort*)address = Libc.AF_INET;
        (address[2], address[3], address[4], address[7]) = ((byte)(port >> 8), (byte)port, 127, 1);
        if (Libc.connect(descriptor, address, 16) < 0 && Marshal.GetLastPInvokeError() != Libc.EINPROGRESS)
            Libc.Check(-1, "connect");
        return descriptor;
    }

    /// <summary>Throws if the connection failed.</summary>
    public static void CheckConnected(int descriptor)
    {
        var (error, length) = (0, sizeof(int));
        Libc.Check(Libc.getsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length), "getsockopt");
        if (error != 0)
            throw new IOException($"connect failed: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    private static void Set(int descriptor, int level, int option, int value) =>
        Libc.Check(Libc.setsockopt(descriptor, level, option, &value, sizeof(int)), "setsockopt");
}
