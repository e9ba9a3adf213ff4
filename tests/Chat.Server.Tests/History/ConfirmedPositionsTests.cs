using Chat.Protocol;
using Chat.Server.History;
using Chat.Server.Log;
using Chat.Server.Tests.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.History;

public sealed class ConfirmedPositionsTests
{
    [Fact]
    public async Task ConfirmBehindRawDelivery_IsDurableWhenAnswered()
    {
        using var fixture = new LogFixture();
        using var log = fixture.Open();
        using var confirmed = new ConfirmedPositions(log, fixture.Time, NullLogger<ConfirmedPositions>.Instance);
        confirmed.Advance("bob", "bob", 5);
        (await confirmed.ConfirmAsync("bob", "bob", 3, CancellationToken.None)).Should().Be(5);
        (await log.GetConfirmedAsync("bob", "bob", CancellationToken.None)).Should().Be(5);
        (await confirmed.ConfirmAsync("bob", "bob", 4, CancellationToken.None)).Should().Be(5);
        (await confirmed.ConfirmAsync("bob", "bob", 6, CancellationToken.None)).Should().Be(6);
        (await log.GetConfirmedAsync("bob", "bob", CancellationToken.None)).Should().Be(6);
    }

    [Fact]
    public async Task Saving_SurvivesConcurrentAdvances()
    {
        const int movers = 4, positions = 50_000;
        var time = new FakeTimeProvider();
        var log = new FullLog();
        using var confirmed = new ConfirmedPositions(log, time, NullLogger<ConfirmedPositions>.Instance);
        await confirmed.StartAsync(CancellationToken.None);
        // On their own threads: the saving needs the thread pool.
        var moving = Task.WhenAll(Enumerable.Range(0, movers).Select(mover => Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < positions; i++)
                confirmed.Advance($"user{mover}", $"#room{i}", 1);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        while (!moving.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        confirmed.ExecuteTask!.IsCompleted.Should().BeFalse(because: confirmed.ExecuteTask.Exception?.ToString());
        log.HasSpace = true;
        await confirmed.StopAsync(CancellationToken.None);
        log.Confirmed.Should().Be(movers * positions);
    }

    /// <summary>A log that cannot save at first, so that unsaved positions accumulate.</summary>
    private sealed class FullLog : IMessageLog
    {
        public bool HasSpace { get; set; }

        public int Confirmed { get; private set; }

        public string Epoch => throw new NotSupportedException();

        public ValueTask ConfirmAsync(IReadOnlyCollection<Confirmation> confirmations)
        {
            if (!HasSpace)
                throw new LogUnavailableException("There is no space left.");
            Confirmed += confirmations.Count;
            return ValueTask.CompletedTask;
        }

        public Task<Receipt> AppendAsync(Draft draft) => throw new NotSupportedException();

        public ValueTask<StreamBounds> GetBoundsAsync(string stream, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<StreamPage> ReadAsync(StreamQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<long> GetConfirmedAsync(string user, string stream, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<string>> GetUsersAsync(string prefix, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
