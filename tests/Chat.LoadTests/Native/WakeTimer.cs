namespace Chat.LoadTests.Native;

/// <summary>A timer that a poller waits for. It is exact to some microseconds, where the timeout of <c>epoll_wait</c> has milliseconds.</summary>
internal sealed unsafe class WakeTimer : IDisposable
{
    public int Descriptor { get; } = Libc.Check(Libc.timerfd_create(Libc.CLOCK_MONOTONIC, Libc.TFD_NONBLOCK), "timerfd_create");

    /// <summary>Sets the monotonic time at which the timer fires next, in nanoseconds.</summary>
    public void FireAt(long time)
    {
        var value = stackalloc long[4];
        (value[0], value[1], value[2], value[3]) = (0, 0, time / 1_000_000_000, time % 1_000_000_000);
        Libc.Check(Libc.timerfd_settime(Descriptor, Libc.TFD_TIMER_ABSTIME, value, null), "timerfd_settime");
    }

    public void Clear()
    {
        long expirations;
        Libc.read(Descriptor, &expirations, sizeof(long));
    }

    public void Dispose() => Libc.close(Descriptor);
}
