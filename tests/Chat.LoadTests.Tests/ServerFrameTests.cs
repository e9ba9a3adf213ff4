using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Tests;

public sealed class ServerFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void Frame_IsReadWhenItIsWhole(int length)
    {
        var bytes = Frame(length);

        ServerFrame.TryRead(bytes.AsSpan(0, bytes.Length - 1), out _).Should().BeFalse();
        ServerFrame.TryRead(bytes, out var frame).Should().BeTrue();
        frame.Payload.Length.Should().Be(length);
        frame.Length.Should().Be(bytes.Length);
        frame.IsFinal.Should().BeTrue();
    }

    // A client's frame without its mask is a server's frame.
    private static byte[] Frame(int length)
    {
        var frame = ClientFrame.Of(ClientFrame.Text, new byte[length]);
        frame[1] &= 0x7f;
        var head = frame.Length - length - 4;
        return [.. frame[..head], .. frame[(head + 4)..]];
    }
}
