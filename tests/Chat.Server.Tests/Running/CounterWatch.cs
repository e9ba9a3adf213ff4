using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Running;

/// <summary>Waits until a counter of one server has counted something, with a certain tag or with any.</summary>
internal sealed class CounterWatch : IDisposable
{
    private readonly TaskCompletionSource<bool> counted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MeterListener listener = new();
    private readonly string what;

    public CounterWatch(TestServer server, string counter, string? tag = null)
    {
        what = $"{counter} of {tag ?? "anything"}";
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, l) =>
        {
            // Other tests run their own servers in this process.
            if (instrument.Name == counter && instrument.Meter.Scope == meters)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tag is null)
                counted.TrySetResult(true);
            foreach (var found in tags)
                if (found.Value as string == tag)
                    counted.TrySetResult(true);
        });
        listener.Start();
    }

    public Task CountedAsync() => Wait.ForAsync(counted.Task, what);

    public void Dispose() => listener.Dispose();
}
