namespace Chat.Protocol.Tests;

public sealed class PositionTests
{
    [Theory]
    [InlineData("k3v9.7", "k3v9", 7)]
    [InlineData("a.0", "a", 0)]
    [InlineData("12345678901234567890123456789012.10", "12345678901234567890123456789012", 10)]
    [InlineData("a.9223372036854775807", "a", long.MaxValue)]
    public void Position_RoundTrips(string text, string epoch, long offset)
    {
        Position.TryParse(text, out var position).Should().BeTrue();
        position.Should().Be(new Position(epoch, offset));
        position.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a")]
    [InlineData("a.")]
    [InlineData(".1")]
    [InlineData("a.-1")]
    [InlineData("a.+1")]
    [InlineData("a.01")]
    [InlineData("a.1 ")]
    [InlineData("a.1.2")]
    [InlineData("A.1")]
    [InlineData("a.9223372036854775808")]
    [InlineData("a.00")]
    [InlineData("a. 1")]
    [InlineData("a.1\0")]
    [InlineData("a.٣")]
    [InlineData("é.1")]
    [InlineData("a-b.1")]
    [InlineData("123456789012345678901234567890123.1")]
    public void OtherText_IsNoPosition(string? text) => Position.TryParse(text, out _).Should().BeFalse();
}
