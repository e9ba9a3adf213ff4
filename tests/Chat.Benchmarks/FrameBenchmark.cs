using System.Buffers;
using BenchmarkDotNet.Attributes;
using Chat.Protocol;

namespace Chat.Benchmarks;

/// <summary>The frames of the raw endpoint: reading <c>userid:toUserid:content</c> with its names, and writing <c>from:content</c>.</summary>
[MemoryDiagnoser]
public class FrameBenchmark
{
    private readonly ArrayBufferWriter<byte> output = new(4096);
    private byte[] frame = [];
    private Message message = null!;

    /// <summary>Bytes of the content.</summary>
    [Params(64, 4096)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Build()
    {
        message = Sample.Message(Size);
        frame = [.. "user17:user42:"u8, .. new string('x', Size).Select(c => (byte)c)];
    }

    [Benchmark]
    public int Parse() => ColonFrame.TryParse(frame, out var parsed) ? parsed.Content.Length + parsed.UserId()!.Length + parsed.Target().Length : 0;

    [Benchmark]
    public int Write()
    {
        output.ResetWrittenCount();
        ColonFrame.Write(output, message);
        return output.WrittenCount;
    }
}
