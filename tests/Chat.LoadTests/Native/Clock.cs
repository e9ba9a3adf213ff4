namespace Chat.LoadTests.Native;

/// <summary>Clocks of the kernel, in nanoseconds.</summary>
internal static unsafe class Clock
{
    /// <summary>Monotonic time.</summary>
    public static long Now => Read(Libc.CLOCK_MONOTONIC);

    /// <summary>Processor time of this process.</summary>
    public static long OwnProcessorTime => Read(Libc.CLOCK_PROCESS_CPUTIME_ID);

    public static long FromSeconds(double seconds) => (long)(seconds * 1e9);

    private static long Read(int clock)
    {
        var time = stackalloc long[2];
        _ = Libc.clock_gettime(clock, time);
        return (time[0] * 1_000_000_000) + time[1];
    }
}
