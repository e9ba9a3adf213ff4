using System.Text;
using Chat.LoadTests.Generator;
using Chat.LoadTests.Native;

namespace Chat.LoadTests.Scenarios;

/// <summary>Publishes values with stamps over HTTP, each after the answer to the one before, at most at a fixed rate. It runs beside the generator.</summary>
internal sealed class TopicPublisher : IDisposable
{
    private readonly HttpClient http;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private long last;
    private int published;

    public TopicPublisher(int port, string topic, int rate)
    {
        http = BackEnd.Client(port);
        running = Task.Run(() => PublishAsync($"/api/v1/topic?topic={topic}", TimeSpan.FromSeconds(1.0 / rate)));
    }

    /// <summary>Values that were answered.</summary>
    public int Published => Volatile.Read(ref published);

    /// <summary>Stops, and returns the stamp of the last value.</summary>
    public long Stop()
    {
        stopping.Cancel();
        running.GetAwaiter().GetResult();
        return last;
    }

    public void Dispose()
    {
        stopping.Cancel();
        http.Dispose();
        stopping.Dispose();
    }

    private async Task PublishAsync(string path, TimeSpan interval)
    {
        var digits = new byte[Stamp.Digits];
        using var ticks = new PeriodicTimer(interval);
        while (!stopping.IsCancellationRequested)
        {
            last = Clock.Now;
            Stamp.Write(digits, last);
            using var value = new StringContent($"{{\"at\":\"T={Encoding.ASCII.GetString(digits)}\"}}", Encoding.UTF8, "application/json");
            using var answer = await http.PutAsync(path, value);
            answer.EnsureSuccessStatusCode();
            Interlocked.Increment(ref published);
            await ticks.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
