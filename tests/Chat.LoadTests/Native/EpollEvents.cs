using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Chat.LoadTests.Native;

/// <summary>An array of <c>struct epoll_event</c> outside the heap. The kernel packs the struct on x64 (12 bytes) and aligns it elsewhere (16 bytes).</summary>
internal sealed unsafe class EpollEvents(int count) : IDisposable
{
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Size = DataAt + 8;

    private readonly byte* events = (byte*)NativeMemory.AllocZeroed((nuint)(count * Size));

    /// <summary>Waits for events, and returns their number.</summary>
    public int Wait(int poller, int timeoutMilliseconds)
    {
        var ready = Libc.epoll_wait(poller, events, count, timeoutMilliseconds);
        if (ready >= 0)
            return ready;
        return Marshal.GetLastPInvokeError() == Libc.EINTR ? 0 : Libc.Check(ready, "epoll_wait");
    }

    public uint Flags(int i) => Unsafe.ReadUnaligned<uint>(events + (i * Size));

    public int Data(int i) => Unsafe.ReadUnaligned<int>(events + (i * Size) + DataAt);

    /// <summary>Adds a descriptor to a poller.</summary>
    public static void Add(int poller, int descriptor, uint flags, int data)
    {
        var theEvent = stackalloc byte[16];
        Unsafe.WriteUnaligned(theEvent, flags);
        Unsafe.WriteUnaligned(theEvent + DataAt, (long)data);
        Libc.Check(Libc.epoll_ctl(poller, Libc.EPOLL_CTL_ADD, descriptor, theEvent), "epoll_ctl");
    }

    public void Dispose() => NativeMemory.Free(events);
}
