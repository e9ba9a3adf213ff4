using Chat.Server.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Configuration;

public sealed class OncePerKeyTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void Key_IsWrittenOnce()
    {
        var lines = new OncePerKey(time);
        lines.IsFirst("a").Should().BeTrue();
        time.Advance(TimeSpan.FromDays(1));
        lines.IsFirst("a").Should().BeFalse();
        lines.IsFirst("b").Should().BeTrue();
    }

    [Fact]
    public void ManyKeys_GetTenLinesAMinute()
    {
        var lines = new OncePerKey(time);
        Enumerable.Range(0, 100).Count(i => lines.IsFirst($"{i}")).Should().Be(10);
        time.Advance(TimeSpan.FromMinutes(1));
        lines.IsFirst("50").Should().BeTrue(because: "its line is not written yet");
    }

    [Fact]
    public void OldestKey_IsForgottenAfter256Others()
    {
        var lines = new OncePerKey(time);
        for (var i = 0; i <= 256; i++)
        {
            lines.IsFirst($"{i}").Should().BeTrue();
            time.Advance(TimeSpan.FromMinutes(1));
        }
        lines.IsFirst("256").Should().BeFalse();
        lines.IsFirst("0").Should().BeTrue();
    }
}
