using Chat.Server.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Delivery;

public sealed class RecentClosesTests
{
    private readonly FakeTimeProvider time = new();
    private readonly RecentCloses closes;

    public RecentClosesTests() => closes = new RecentCloses(time);

    [Fact]
    public void Close_CoversEarlierAuthenticationsOfItsUser()
    {
        var before = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(1));
        closes.Add("alice");
        closes.Cover("alice", before).Should().BeTrue();
        closes.Cover("alice", time.GetTimestamp()).Should().BeFalse();
        closes.Cover("bob", before).Should().BeFalse();
    }

    [Fact]
    public void OldClose_IsForgottenAndALaterOneIsNot()
    {
        var before = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(1));
        closes.Add("alice");
        closes.Add("bob");
        closes.Add("bob"); // at the same moment
        time.Advance(TimeSpan.FromSeconds(50));
        closes.Add("alice");
        time.Advance(TimeSpan.FromSeconds(20));
        closes.Add("carol");
        closes.Cover("bob", before).Should().BeFalse();
        closes.Cover("alice", before).Should().BeTrue();
    }

    [Fact]
    public void ManyCloses_ForgetTheOldest()
    {
        var before = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i <= 10_000; i++)
            closes.Add($"user{i}");
        closes.Cover("user0", before).Should().BeFalse();
        closes.Cover("user1", before).Should().BeTrue();
    }
}
