using Chat.Server.Messaging;

namespace Chat.Server.Tests.Storage.Sqlite;

public sealed class RetentionTests : IDisposable
{
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly LogFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task AMailboxKeepsItsCount()
    {
        fixture.Options.RetentionCount = 3;
        using var log = fixture.Open();
        for (var i = 1; i <= 5; i++)
            await log.SendAsync("a", "b", $"{i}");
        (await log.AfterAsync("b")).Contents().Should().Equal("3", "4", "5");
        (await log.GetBoundsAsync("b", default)).Should().Be(new StreamBounds(2, 5));
    }

    [Fact]
    public async Task WhatIsTooOldGoesAndItsPlaceIsRemembered()
    {
        fixture.Options.RetentionDays = 1;
        using (var log = fixture.Open())
        {
            await log.SendAsync("a", "b", "old");
            fixture.Time.Advance(TimeSpan.FromHours(12));
            await log.SendAsync("a", "b", "younger");
            fixture.Time.Advance(TimeSpan.FromHours(12) + Sweep);
            await log.SendAsync("a", "c", "the sweep came before this");
            (await log.AfterAsync("b")).Contents().Should().Equal("younger");
            fixture.Time.Advance(TimeSpan.FromHours(25));
            await log.SendAsync("x", "y", "and this one before this");
            (await log.AfterAsync("b")).Messages.Should().BeEmpty();
            (await log.GetBoundsAsync("b", default)).Should().Be(new StreamBounds(2, 2));
        }
        using (var log = fixture.Open())
        {
            (await log.GetBoundsAsync("b", default)).Should().Be(new StreamBounds(2, 2));
            (await log.SendAsync("b", "b", "new")).Offset.Should().Be(3);
            (await log.AfterAsync("b")).Contents().Should().Equal("new");
        }
    }

    [Fact]
    public async Task NothingIsUsedAgainWhenEverythingWasTrimmed()
    {
        fixture.Options.RetentionDays = 1;
        string id;
        using (var log = fixture.Open())
        {
            id = (await log.SendAsync("a", "a", "only one")).Id;
            fixture.Time.Advance(TimeSpan.FromHours(25));
            await log.SendAsync("x", "x", "marker");
            fixture.Time.Advance(TimeSpan.FromHours(25));
            await log.ConfirmAsync([new Confirmation("a", "a", 1)]);
        }
        using (var log = fixture.Open())
        {
            var next = await log.SendAsync("a", "a", "next");
            next.Offset.Should().Be(2);
            next.Id[^12..].Should().NotBe(id[^12..], because: "the number in the id is never used twice");
            log.Epoch.Should().Be(next.Position.Split('.')[0]);
        }
    }

    [Fact]
    public async Task AMessageStaysWhileTheOtherMailboxWantsIt()
    {
        fixture.Options.RetentionCount = 100;
        using var log = fixture.Open();
        await log.SendAsync("a", "b", "kept by b");
        for (var i = 0; i < 33_000; i += 1000)
            await Task.WhenAll(Enumerable.Range(i, 1000).Select(n => log.SendAsync("a", "c", $"{n}")));
        // The chunk is written with the next commits; then the sweep removes step by step.
        for (var i = 0; i < 80; i++)
            await log.SendAsync("x", "y", "a slice");
        for (var i = 0; i < 200; i++)
        {
            fixture.Time.Advance(Sweep);
            await log.SendAsync("x", "z", "a step");
        }
        (await log.AfterAsync("b")).Contents().Should().Equal("kept by b");
        (await log.AfterAsync("a")).Contents().Should().Equal(Enumerable.Range(32_900, 100).Select(n => $"{n}"));
        (await log.AfterAsync("c")).Contents().Should().Equal(Enumerable.Range(32_900, 100).Select(n => $"{n}"));
    }
}
