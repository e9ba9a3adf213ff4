using Chat.Server.Messaging;
using Chat.Server.Tests.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Server.Tests.Messaging;

public sealed class ConfirmedPositionsTests
{
    [Fact]
    public async Task WhatIsAnsweredIsDurableAlthoughRawDeliveryWasThereBefore()
    {
        using var fixture = new LogFixture();
        using var log = fixture.Open();
        using var confirmed = new ConfirmedPositions(log, fixture.Time, NullLogger<ConfirmedPositions>.Instance);
        confirmed.Advance("bob", "bob", 5);
        (await confirmed.ConfirmAsync("bob", "bob", 3, CancellationToken.None)).Should().Be(5);
        (await log.GetConfirmedAsync("bob", "bob", CancellationToken.None)).Should().Be(5);
        (await confirmed.ConfirmAsync("bob", "bob", 4, CancellationToken.None)).Should().Be(5);
        (await confirmed.ConfirmAsync("bob", "bob", 6, CancellationToken.None)).Should().Be(6);
        (await log.GetConfirmedAsync("bob", "bob", CancellationToken.None)).Should().Be(6);
    }
}
