using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chat.Terminal;

/// <summary>The standard streams that this process was started with. In a pipeline .NET hides two cases: the runtime replaces a closed stream by a
/// file of its own, and a write to a pipe without a reader succeeds.</summary>
internal static class StandardStreams
{
    private const int Input = 0, Output = 1, Error = 2;
    private const int GetDescriptorFlags = 1, PollError = 8, PollHangUp = 16;

    public static bool HasInput => IsOpen(Input);
    public static bool HasOutput => IsOpen(Output);
    public static bool HasError => IsOpen(Error);

    /// <summary>Opens the output. A write to a pipe without a reader fails.</summary>
    public static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return Console.OpenStandardOutput();
        var output = new FileStream(new SafeFileHandle(Output, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A FileStream would overwrite the output of other processes to the same file.
        return output.CanSeek ? Console.OpenStandardOutput() : output;
    }

    /// <summary>Returns a task that fails when the reader closes the output pipe. It never completes on Windows or on a terminal.</summary>
    public static Task OutputClosedAsync()
    {
        var closed = new TaskCompletionSource();
        if (!OperatingSystem.IsWindows() && Console.IsOutputRedirected)
            new Thread(Watch) { IsBackground = true }.Start();
        return closed.Task;

        void Watch()
        {
            var output = new Polled { Descriptor = Output };
            while (Poll(ref output, 1, Timeout.Infinite) < 0)
            {
                // A signal interrupted the call.
            }
            if ((output.Found & (PollError | PollHangUp)) != 0)
                closed.SetException(new IOException("the output pipe has no reader"));
        }
    }

    // Inherited descriptors have no flags; those that the runtime opened have close-on-exec.
    private static bool IsOpen(int descriptor) => OperatingSystem.IsWindows() || Control(descriptor, GetDescriptorFlags) == 0;

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Control(int descriptor, int command);

    [DllImport("libc", EntryPoint = "poll")]
    private static extern int Poll(ref Polled polled, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted, Found;
    }
}
