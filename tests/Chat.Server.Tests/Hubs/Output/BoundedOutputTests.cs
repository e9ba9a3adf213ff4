using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Chat.Server.Hubs.Output;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Hubs.Output;

/// <summary>Records that the pipe does not accept are queued, and dropped when the client stays over its bound.</summary>
public sealed class BoundedOutputTests
{
    private const int MaxBytes = 10;

    // The pipe accepts the first record, and no other before it is read.
    private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
    private readonly TaskCompletionSource grace = new();
    private readonly TaskCompletionSource<Task> exceeded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BoundedOutput output;

    public BoundedOutputTests() =>
        output = new BoundedOutput(pipe.Writer, MaxBytes, new DeliveryBacklog(), () => grace.Task) { BoundExceeded = exceeded.SetResult };

    [Fact]
    public async Task RecordsOfEveryKind_AreReadInTheOrderOfTheirWrites()
    {
        await WholeAsync("a");
        await WholeAsync("b");
        await PartsAsync("c", "d");
        output.Enqueue(() => "e"u8.ToArray());
        output.Enqueue(() => default);
        await WholeAsync("f");
        output.QueuedBytes.Should().Be(4, because: "the pipe has a, and a made record has no bytes before its turn");
        (await ReadAsync(6)).Should().Be("abcdef");
        output.QueuedBytes.Should().Be(0);
    }

    [Fact]
    public async Task RecordEnqueuedWithinARecordInParts_FollowsIt()
    {
        output.Write("a"u8);
        output.Enqueue(() => "c"u8.ToArray());
        output.Write("b"u8);
        await output.FlushAsync();
        (await ReadAsync(3)).Should().Be("abc");
    }

    [Fact]
    public async Task ClientThatStaysOverItsBound_LosesItsQueue()
    {
        await WholeAsync("a");
        await WholeAsync("12345678901");
        await PartsAsync("lost");
        grace.SetResult();
        var pending = await Wait.ForAsync(exceeded.Task, "The end of the grace period");
        pending.IsCompleted.Should().BeFalse();
        output.QueuedBytes.Should().Be(0);
        await WholeAsync("dropped");
        await PartsAsync("dropped");
        output.Enqueue(() => "dropped"u8.ToArray());
        (await ReadAsync(1)).Should().Be("a");
        await Wait.ForAsync(pending, "The pending send");

        output.Reopen();
        await WholeAsync("group");
        output.Enqueue(() => "value"u8.ToArray());
        await PartsAsync("own");
        (await ReadAsync(3)).Should().Be("own");
    }

    [Fact]
    public async Task ClientBelowItsBoundInTime_LosesNothing()
    {
        await WholeAsync("a");
        await WholeAsync("12345678901");
        (await ReadAsync(12)).Should().Be("a12345678901");
        grace.SetResult();
        await WholeAsync("b");
        (await ReadAsync(1)).Should().Be("b");
        exceeded.Task.IsCompleted.Should().BeFalse();
    }

    private async Task WholeAsync(string record) => await output.WriteAsync(Encoding.ASCII.GetBytes(record));

    private async Task PartsAsync(params string[] parts)
    {
        foreach (var part in parts)
            output.Write(Encoding.ASCII.GetBytes(part));
        await output.FlushAsync();
    }

    private async Task<string> ReadAsync(int count)
    {
        var text = new StringBuilder();
        while (text.Length < count)
        {
            var read = await Wait.ForAsync(pipe.Reader.ReadAsync().AsTask(), "The next record", () => text.ToString());
            text.Append(Encoding.ASCII.GetString(read.Buffer));
            pipe.Reader.AdvanceTo(read.Buffer.End);
        }
        return text.ToString();
    }
}
