using System.Runtime.InteropServices;

namespace Chat.LoadTests.Native;

/// <summary>Measures the disk beside each durable round: writes of 4 KiB, each followed by <c>fdatasync</c>.</summary>
internal static unsafe class SyncProbe
{
    public const int Writes = 200;

    private const int Size = 4096;
    private const int O_WRONLY = 1, O_CREAT = 0x40;

    /// <summary>Returns the median and the 99 % quantile in milliseconds.</summary>
    public static (double Median, double P99) Measure(string folder, int writes)
    {
        var path = Path.Combine(folder, "sync-probe");
        var file = Libc.Check(Libc.open(path, O_WRONLY | O_CREAT, 0x180), "open");
        var page = (byte*)NativeMemory.AllocZeroed(Size);
        var times = new double[writes];
        try
        {
            for (var i = 0; i < writes; i++)
            {
                var start = Clock.Now;
                Libc.Check((int)Libc.pwrite(file, page, Size, i * Size), "pwrite");
                Libc.Check(Libc.fdatasync(file), "fdatasync");
                times[i] = (Clock.Now - start) / 1e6;
            }
        }
        finally
        {
            NativeMemory.Free(page);
            _ = Libc.close(file);
            File.Delete(path);
        }
        Array.Sort(times);
        return (times[writes / 2], times[writes * 99 / 100]);
    }
}
