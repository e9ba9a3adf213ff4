using Chat.LoadTests.Generator;

namespace Chat.LoadTests.Tests;

public sealed class WaitingBytesTests
{
    [Fact]
    public void Bytes_LeaveInTheirOrder()
    {
        var waiting = new WaitingBytes();
        waiting.Append([1, 2, 3]);
        waiting.Remove(1);
        waiting.Append(new byte[1_000]);

        waiting.Length.Should().Be(1_002);
        waiting.Span[..3].ToArray().Should().Equal(2, 3, 0);
        waiting.Clear();
        waiting.IsEmpty.Should().BeTrue();
    }
}
