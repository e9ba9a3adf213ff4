using BenchmarkDotNet.Attributes;
using Chat.Server.Log;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Benchmarks;

/// <summary>Reading what a client has missed: pages of a mailbox in a log of 200 000 messages to 1 000 mailboxes, contents of 64 bytes.</summary>
[MemoryDiagnoser]
public class CatchUpBenchmark
{
    private const int Messages = 200_000, Mailboxes = 1_000, MaxBytes = 512 << 10;

    private ChatServices services = null!;
    private IMessageLog log = null!;
    private int next;

    /// <summary>Messages that the client has missed.</summary>
    [Params(10, 100)]
    public int Missed { get; set; }

    [GlobalSetup]
    public async Task FillAsync()
    {
        services = new ChatServices();
        log = services.Provider.GetRequiredService<IMessageLog>();
        var content = new string('x', 64);
        foreach (var part in Enumerable.Range(0, Messages).Chunk(Mailboxes))
            await Task.WhenAll(part.Select(i => log.AppendAsync(new Draft("system", $"user{i % Mailboxes}", content, null))));
    }

    [GlobalCleanup]
    public void Close() => services.Dispose();

    [Benchmark]
    public async Task<int> Read()
    {
        var mailbox = $"user{next++ % Mailboxes}";
        var bounds = await log.GetBoundsAsync(mailbox, CancellationToken.None);
        var page = await log.ReadAsync(StreamQuery.Following(mailbox, bounds.Head - Missed, new PageLimit(500, MaxBytes)), CancellationToken.None);
        return page.Messages.Count == Missed ? Missed : throw new InvalidOperationException($"The page has {page.Messages.Count} messages.");
    }
}
