using Chat.Server.Raw.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw.Socket;

/// <summary>When a raw client is pinged, and what each answer says; no socket is as exact.</summary>
public sealed class PingTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly StreamCursor mailbox = new("bob", after: 0);
    private readonly PongConfirmation confirmation;
    private readonly List<(long Number, long Behind)> pings = [];
    private long sent, confirmed;

    public PingTests() => confirmation = new PongConfirmation(PingAsync, time, (_, offset) => confirmed = offset);

    public void Dispose() => confirmation.Dispose();

    [Fact]
    public void APingThatIsDueWaitsAMomentForAFrameToFollow()
    {
        Begin();
        Send();
        Answer();
        confirmed.Should().Be(1);

        Send();
        time.Advance(TimeSpan.FromSeconds(1));
        pings.Should().HaveCount(2);
        Send();
        pings.Should().HaveCount(3, because: "one write takes the frame and the ping");
        Answer();
        confirmed.Should().Be(3);

        Send();
        time.Advance(TimeSpan.FromSeconds(2));
        pings.Should().HaveCount(4, because: "no frame came that it could follow");
        Answer();
        confirmed.Should().Be(4);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(200)]
    public void AnAnswerConfirmsNothingThatWasSentAfterItsPingHoweverEarlyFramesWereSent(int frames)
    {
        for (var i = 0; i < frames; i++)
            Send();
        confirmation.Begin();
        foreach (var (number, behind) in pings.ToArray())
        {
            confirmation.Answered(number);
            confirmed.Should().BeLessThanOrEqualTo(behind);
        }
    }

    [Fact]
    public void APongThatComesLateConfirmsNothingThatWasSentAfterItsPing()
    {
        Begin();
        Send();
        pings.Should().HaveCount(2);
        time.Advance(TimeSpan.FromSeconds(2));
        Send();
        pings.Should().HaveCount(2, because: "one is out");
        Answer();
        confirmed.Should().Be(1);
        pings.Should().HaveCount(3);
        Answer();
        confirmed.Should().Be(2);
    }

    [Fact]
    public void AClientThatNeverAnswersHasEachFrameTenSecondsAfterItWasSent()
    {
        confirmation.Begin();
        var sentAt = new List<DateTimeOffset> { time.GetUtcNow() };
        for (var moment = 0; moment < 400; moment++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            if (moment is 5 or 8 or 70 or 71 or 250)
            {
                Send();
                sentAt.Add(time.GetUtcNow());
            }
            for (var offset = 1; offset <= sent; offset++)
                if (confirmed >= offset)
                    (time.GetUtcNow() - sentAt[offset]).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(10));
                else
                    (time.GetUtcNow() - sentAt[offset]).Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(11));
        }
        confirmed.Should().Be(5);
        pings.Should().ContainSingle(because: "it is known to be silent");
    }

    [Fact]
    public void AClientThatAnswersAtLastIsAskedForWhatItWasSentBefore()
    {
        confirmation.Begin();
        Send();
        time.Advance(TimeSpan.FromSeconds(5));
        Send();
        Answer();
        confirmed.Should().Be(0, because: "the ping stood behind nothing");
        Answer();
        confirmed.Should().Be(2);
        time.Advance(TimeSpan.FromSeconds(30));
        Send();
        time.Advance(TimeSpan.FromSeconds(30));
        confirmed.Should().Be(2, because: "who can answer and does not is lost");
    }

    [Fact]
    public void WhatIsPassedLateNeverTakesAnOffsetBack()
    {
        Begin();
        confirmation.Sent(mailbox, 6);
        confirmation.Sent(mailbox, 8);
        confirmation.Passed(mailbox, 7);
        Answer();
        confirmed.Should().Be(6);
        time.Advance(TimeSpan.FromSeconds(2));
        Answer();
        confirmed.Should().Be(8);
    }

    [Fact]
    public async Task AConnectionThatIsLostBeforeItsLastPingEndsWithoutAFault()
    {
        using var lost = new PongConfirmation(_ => Task.FromException(new IOException()), time, (_, _) => { });
        lost.Begin();
        lost.Sent(mailbox, 1);
        await lost.EndAsync();
    }

    [Fact]
    public void APingThatTakesThePlaceOfAnotherAsksForEverything()
    {
        var offsets = new SentOffsets();
        void Confirm(StreamCursor stream, long offset) => confirmed = offset;
        offsets.Set(mailbox, 1);
        offsets.Ask(ping: 7);
        offsets.Set(mailbox, 2);
        offsets.Ask(ping: 8);
        offsets.Set(mailbox, 3);
        offsets.TryConfirm(7, Confirm).Should().BeFalse();
        confirmed.Should().Be(0);
        offsets.TryConfirm(8, Confirm).Should().BeTrue();
        confirmed.Should().Be(2);
        offsets.TryConfirm(8, Confirm).Should().BeFalse();
        offsets.TryConfirm(0, Confirm).Should().BeFalse(because: "no ping is out");
    }

    /// <summary>A client that is known to answer.</summary>
    private void Begin()
    {
        confirmation.Begin();
        Answer();
    }

    private void Send() => confirmation.Sent(mailbox, ++sent);

    private void Answer() => confirmation.Answered(pings[^1].Number).Should().BeTrue();

    private Task PingAsync(long number)
    {
        pings.Add((number, sent));
        return Task.CompletedTask;
    }
}
