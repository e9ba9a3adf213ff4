using System.Globalization;
using System.Numerics;

namespace Chat.LoadTests.Native;

/// <summary>The two cores of a measurement: one for the server, one for the generator.</summary>
internal static unsafe class Cores
{
    private static readonly ulong Allowed = ReadAllowed();

    /// <summary>The first core that this process may use.</summary>
    public static int Server { get; } = BitOperations.TrailingZeroCount(Allowed);

    /// <summary>The second one, or the same if there is only one.</summary>
    public static int Generator { get; } = BitOperations.TrailingZeroCount((Allowed & (Allowed - 1)) is > 0 and var rest ? rest : Allowed);

    /// <summary>The cores of a server that shares the machine with the generator, as taskset writes them.</summary>
    public static string Both => string.Create(CultureInfo.InvariantCulture, $"{Server},{Generator}");

    /// <summary>Pins all threads of this process to the generator's core. New threads inherit it.</summary>
    public static void PinGenerator()
    {
        var mask = 1UL << Generator;
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
            // A thread that has ended meanwhile needs no core.
            _ = Libc.sched_setaffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), sizeof(ulong), &mask);
    }

    private static ulong ReadAllowed()
    {
        // The kernel writes as many words as the machine has cores for.
        var words = stackalloc ulong[16];
        Libc.Check(Libc.sched_getaffinity(0, 16 * sizeof(ulong), words), "sched_getaffinity");
        return words[0];
    }
}
