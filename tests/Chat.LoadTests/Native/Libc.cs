using System.Runtime.InteropServices;

namespace Chat.LoadTests.Native;

/// <summary>The system calls of the generator, without marshalling. Constants are those of Linux on x64 and arm64.</summary>
internal static unsafe partial class Libc
{
    public const int EAGAIN = 11, EINTR = 4, EINPROGRESS = 115;
    public const int MSG_NOSIGNAL = 0x4000;
    public const uint EPOLLIN = 0x1, EPOLLOUT = 0x4, EPOLLERR = 0x8, EPOLLHUP = 0x10, EPOLLRDHUP = 0x2000, EPOLLET = 1u << 31;
    public const int EPOLL_CTL_ADD = 1;
    public const int AF_INET = 2, SOCK_STREAM = 1, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1, SO_ERROR = 4, SO_RCVBUF = 8, SO_LINGER = 13, IPPROTO_TCP = 6, TCP_NODELAY = 1;
    public const int CLOCK_MONOTONIC = 1, CLOCK_PROCESS_CPUTIME_ID = 2, TFD_NONBLOCK = 0x800, TFD_TIMER_ABSTIME = 1;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    /// <param name="theEvent">An event in the layout of <see cref="EpollEvents"/>.</param>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int poller, int operation, int descriptor, void* theEvent);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int poller, void* events, int count, int timeoutMilliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int descriptor, void* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int descriptor, int level, int option, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(int descriptor, int level, int option, void* value, int* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, void* buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int timerfd_create(int clock, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int timerfd_settime(int descriptor, int flags, long* interval, long* previous);

    [LibraryImport("libc")]
    [SuppressGCTransition]
    public static partial int clock_gettime(int clock, long* secondsAndNanoseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setaffinity(int thread, nint size, ulong* cores);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_getaffinity(int thread, nint size, ulong* cores);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fdatasync(int descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwrite(int descriptor, byte* buffer, nint length, nint offset);

    /// <summary>Throws with the text of the last error if a call returned a negative number.</summary>
    public static int Check(int result, string call) =>
        result >= 0 ? result : throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
}
