using System.Buffers;
using System.Text;

namespace Chat.Protocol.Tests;

public sealed class ColonFrameTests
{
    [Theory]
    [InlineData("alice:bob:hi", "alice", "bob", "hi")]
    [InlineData("a:b:x:y:z", "a", "b", "x:y:z")]
    [InlineData("a::", "a", "", "")]
    [InlineData(":::", "", "", ":")]
    [InlineData("a:b:\r\n\0😀", "a", "b", "\r\n\0😀")]
    public void FirstTwoColons_Separate(string text, string from, string to, string content)
    {
        ColonFrame.TryParse(Encoding.UTF8.GetBytes(text), out var frame).Should().BeTrue();
        Encoding.UTF8.GetString(frame.From).Should().Be(from);
        frame.Target().Should().Be(to);
        Encoding.UTF8.GetString(frame.Content).Should().Be(content);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("a:b")]
    [InlineData(":")]
    public void FewerColons_AreNoFrame(string text) => ColonFrame.TryParse(Encoding.UTF8.GetBytes(text), out _).Should().BeFalse();

    [Theory]
    [InlineData("alice", true)]
    [InlineData("", false)]
    [InlineData("#alice", false)]
    [InlineData("al\tice", false)]
    public void Sender_IsAUserIdOrNull(string from, bool valid)
    {
        ColonFrame.TryParse(Encoding.UTF8.GetBytes(from + ":b:c"), out var frame).Should().BeTrue();
        frame.UserId().Should().Be(valid ? from : null);
    }

    [Fact]
    public void LongName_IsInvalidAndAllocatesLittle()
    {
        var name = new string('b', 1_000_000);
        var bytes = Encoding.UTF8.GetBytes($"{name}:{name}:c");
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = ColonFrame.TryParse(bytes, out var frame);
        var (from, to) = (frame.UserId(), frame.Target());
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(10_000);
        from.Should().BeNull();
        Name.IsUserId(to).Should().BeFalse();
    }

    [Fact]
    public void LongestNames_AreRead()
    {
        var name = string.Concat(Enumerable.Repeat("😀", Name.MaxLength));
        ColonFrame.TryParse(Encoding.UTF8.GetBytes($"{name}:{name}:c"), out var frame).Should().BeTrue();
        frame.UserId().Should().Be(name);
        frame.Target().Should().Be(name);
    }

    [Theory]
    [InlineData("bob", "älice:a:b\n😀")]
    [InlineData("#röom", "#röom:älice:a:b\n😀")]
    public void Write_PutsRoomAndSenderBeforeTheContent(string stream, string frame)
    {
        var output = new ArrayBufferWriter<byte>();
        ColonFrame.Write(output, new Message
        {
            Stream = stream,
            Offset = 1,
            Position = "e.1",
            Id = "1",
            From = "älice",
            To = stream,
            Content = "a:b\n😀",
            SentAt = DateTimeOffset.UnixEpoch,
        });
        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be(frame);
    }
}
