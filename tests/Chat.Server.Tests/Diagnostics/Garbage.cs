using System.Diagnostics.Tracing;
using Chat.Server.Tests.Running;
using Microsoft.Diagnostics.NETCore.Client;

namespace Chat.Server.Tests.Diagnostics;

internal static class Garbage
{
    /// <summary>Makes a process collect all its garbage, and waits until it has.</summary>
    public static async Task CollectAsync(int processId)
    {
        // A trace session that asks for this keyword begins with a full collection.
        const long heapCollect = 0x800000;
        using var session = await new DiagnosticsClient(processId).StartEventPipeSessionAsync(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, heapCollect)], requestRundown: false);
        var read = session.EventStream.CopyToAsync(Stream.Null);
        await session.StopAsync(CancellationToken.None);
        await read.WaitAsync(Wait.Long);
    }
}
