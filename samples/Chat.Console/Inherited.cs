using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chat.Terminal;

/// <summary>The input and the outputs that this process was started with. .NET hides what a part of a pipeline must know: in the place of a closed
/// one the runtime opens files of its own, and what goes into a pipe that nobody reads passes for written.</summary>
internal static class Inherited
{
    private const int Input = 0, Output = 1, Error = 2;
    private const int GetDescriptorFlags = 1, PollError = 8, PollHangUp = 16;

    public static bool HasInput => IsOpen(Input);
    public static bool HasOutput => IsOpen(Output);
    public static bool HasError => IsOpen(Error);

    /// <summary>Opens the output; a write to a pipe that nobody reads fails.</summary>
    public static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return Console.OpenStandardOutput();
        var output = new FileStream(new SafeFileHandle(Output, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file stream would write over what other processes write to the same file.
        return output.CanSeek ? Console.OpenStandardOutput() : output;
    }

    /// <summary>Fails when nobody reads the output any more, where that can be known.</summary>
    public static Task UnreadAsync()
    {
        var unread = new TaskCompletionSource();
        if (!OperatingSystem.IsWindows() && Console.IsOutputRedirected)
            new Thread(Watch) { IsBackground = true }.Start();
        return unread.Task;

        void Watch()
        {
            var output = new Polled { Descriptor = Output };
            while (Poll(ref output, 1, Timeout.Infinite) < 0)
            {
                // A signal came in between.
            }
            if ((output.Found & (PollError | PollHangUp)) != 0)
                unread.SetException(new IOException("the output is not read any more"));
        }
    }

    // What came through exec has no flags; what the runtime opened is closed on exec.
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
