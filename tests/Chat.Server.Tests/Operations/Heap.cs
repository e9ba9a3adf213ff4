using System.Diagnostics.Tracing;
using Chat.Server.Tests.Running;
using Microsoft.Diagnostics.NETCore.Client;

namespace Chat.Server.Tests.Operations;

/// <summary>The managed heap of a server.</summary>
internal static class Heap
{
    /// <summary>Returns the bytes in the heap after two full collections. The second frees what the first left to finalizers.</summary>
    public static async Task<double> OfAsync(ServerProcess server)
    {
        for (var i = 0; i < 2; i++)
            await CollectAsync(server.Id);
        var metrics = await Metrics.OfAsync(server.Address);
        return SumOf("heap_size_bytes") - SumOf("heap_fragmentation_size_bytes");

        double SumOf(string name) =>
            metrics.Where(metric => metric.Key.StartsWith($"dotnet_gc_last_collection_{name}{{", StringComparison.Ordinal)).Sum(metric => metric.Value);
    }

    /// <summary>Makes a process collect all its garbage, and waits until it has.</summary>
    private static async Task CollectAsync(int processId)
    {
        // A trace session with this keyword starts with a full collection.
        const long heapCollect = 0x800000;
        using var session = await new DiagnosticsClient(processId).StartEventPipeSessionAsync(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, heapCollect)], requestRundown: false);
        var read = session.EventStream.CopyToAsync(Stream.Null);
        await session.StopAsync(CancellationToken.None);
        await read.WaitAsync(Wait.Long);
    }
}
