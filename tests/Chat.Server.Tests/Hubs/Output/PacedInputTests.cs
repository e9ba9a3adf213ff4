using System.IO.Pipelines;
using Chat.Server.Hubs.Output;
using Chat.Server.Log;
using Chat.Server.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Hubs.Output;

/// <summary>While the log is behind, a read that finds no input pauses before it returns the next input.</summary>
public sealed class PacedInputTests
{
    private readonly FakeTimeProvider time = new();
    private readonly FixedLoad log = new();
    private readonly Pipe pipe = new(new PipeOptions(useSynchronizationContext: false));
    private readonly PacedInput input;

    public PacedInputTests() => input = new PacedInput(pipe.Reader, log, time);

    [Fact]
    public async Task InputWhileTheLogIsBehind_IsReadAfterAPause()
    {
        log.Load = LogLoad.Behind;
        var reading = input.ReadAsync().AsTask();
        await pipe.Writer.WriteAsync(new byte[] { 1 });
        await pipe.Writer.WriteAsync(new byte[] { 2 });
        time.Advance(PacedInput.Pause - TimeSpan.FromMilliseconds(1));
        reading.IsCompleted.Should().BeFalse(because: "the pause is not over");
        time.Advance(TimeSpan.FromMilliseconds(1));
        Read(await Wait.ForAsync(reading, "The input")).Should().StartWith([1]);
    }

    [Fact]
    public async Task BufferedInput_IsReadWithoutAPause()
    {
        log.Load = LogLoad.TooFarBehind;
        await pipe.Writer.WriteAsync(new byte[] { 1, 2 });
        var reading = input.ReadAsync();
        reading.IsCompleted.Should().BeTrue();
        Read(await reading).Should().Equal(1, 2);
    }

    [Fact]
    public async Task InputWhileTheLogIsNotBehind_IsReadWithoutAPause()
    {
        var reading = input.ReadAsync().AsTask();
        await pipe.Writer.WriteAsync(new byte[] { 1 });
        Read(await Wait.ForAsync(reading, "The input")).Should().Equal(1);
    }

    private static byte[] Read(ReadResult result) => System.Buffers.BuffersExtensions.ToArray(result.Buffer);

    private sealed class FixedLoad : ILogHealth
    {
        public LogLoad Load { get; set; }

        public int Waiting => 0;

        public TimeSpan Wait => TimeSpan.Zero;

        public int KnownStreams => 0;

        public ValueTask<string?> TroubleAsync() => ValueTask.FromResult<string?>(null);
    }
}
