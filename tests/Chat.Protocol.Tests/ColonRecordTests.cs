using System.Buffers;
using System.Text;

namespace Chat.Protocol.Tests;

public sealed class ColonRecordTests
{
    private readonly ArrayBufferWriter<byte> written = new();

    [Fact]
    public void Frames_AreReadInOrder()
    {
        string[] frames = ["alice:bob:hi", "", "ä:ö:😀\r\n", new string('x', 5_000)];
        foreach (var frame in frames)
            ColonRecord.WriteInput(written, Encoding.UTF8.GetBytes(frame));
        foreach (var length in (int[])[1, 2, 5, 13, int.MaxValue])
        {
            var input = Segments.Of(written.WrittenMemory, () => length);
            foreach (var frame in frames)
            {
                ColonRecord.TryReadInput(ref input, out var read).Should().BeTrue();
                Encoding.UTF8.GetString(read).Should().Be(frame);
            }
            input.Length.Should().Be(0);
        }
    }

    [Fact]
    public void IncompleteRecord_StaysInTheOutput()
    {
        ColonRecord.WriteMessage(written, Sample.Message("bob", "hi"));
        for (var length = 0; length < written.WrittenCount; length++)
        {
            var output = written.WrittenMemory[..length];
            ColonRecord.TryReadOutput(ref output, out _).Should().BeFalse();
            output.Length.Should().Be(length);
        }
    }

    [Fact]
    public void Messages_RoundTrip()
    {
        ColonRecord.WriteMessage(written, Sample.Message("bob", "häl\nlo", offset: 1L << 40));
        ColonRecord.WriteMessage(written, Sample.Message("#r", "✂", offset: 1));
        var output = written.WrittenMemory;
        Read(ref output).Should().Be((1L << 40, "alice:häl\nlo"));
        Read(ref output).Should().Be((1, "#r:alice:✂"));
        output.Length.Should().Be(0);
    }

    [Fact]
    public void MessageToOneself_IsNoSentCopy()
    {
        ColonRecord.WriteMessage(written, Sample.Message("alice", "note", offset: 3) with { To = "alice" });
        var output = written.WrittenMemory;
        Read(ref output).Should().Be((3, "alice:note"));
    }

    // The length is counted before the bytes are written. If they differ, every later record is misread.
    [Fact]
    public void NextRecord_IsFoundBehindAnyText()
    {
        foreach (var content in (string[])["", "\ud800", "a\udc00b", "\u2028\0", "\ud800\ud800\ud800", string.Concat(Enumerable.Repeat("a😀", 600_000))])
        {
            written.ResetWrittenCount();
            ColonRecord.WriteMessage(written, Sample.Message("bob", content));
            ColonRecord.WriteMessage(written, Sample.Message("bob", "next"));
            var output = written.WrittenMemory;
            Read(ref output).Frame.Length.Should().BeGreaterThanOrEqualTo("alice:".Length);
            Read(ref output).Frame.Should().Be("alice:next");
            output.Length.Should().Be(0);
        }
    }

    [Fact]
    public void NegativeLength_IsNoRecord()
    {
        ReadOnlyMemory<byte> bytes = new byte[] { 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
        ColonRecord.TryReadOutput(ref bytes, out _).Should().BeFalse();
        var input = new ReadOnlySequence<byte>(bytes);
        ColonRecord.TryReadInput(ref input, out _).Should().BeFalse();
    }

    private static (long Offset, string Frame) Read(ref ReadOnlyMemory<byte> output)
    {
        ColonRecord.TryReadOutput(ref output, out var record).Should().BeTrue();
        return (record.Offset, Encoding.UTF8.GetString(record.Frame.Span));
    }
}
