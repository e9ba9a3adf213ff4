using Chat.Server.Raw.Delivery;

namespace Chat.Server.Tests.Raw.Delivery;

/// <summary>Each transition of the confirmation. The tests pass the time in, and carry out no step by themselves.</summary>
public sealed class PongConfirmationTests
{
    private readonly StreamCursor mailbox = new("bob", after: 0);
    private readonly PongConfirmation confirmation = new(new Random(1));
    private TimeSpan now;
    private long sent;

    [Fact]
    public void Begin_AsksForAPing()
    {
        var step = confirmation.Begin();
        step.Ping.Should().BeGreaterThanOrEqualTo(1L << 48, because: "the numbers below may be those of keep-alive pings");
        step.WakeAfter.Should().BeNull();
    }

    [Fact]
    public void Pong_ConfirmsWhatWasSentBeforeItsPing()
    {
        BeginAnswered();
        var ping = Send().Ping;
        Answer(ping).Confirmed.Should().Equal(mailbox);
        mailbox.Confirmed.Should().Be(1);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(200)]
    public void Pong_ConfirmsNothingSentAfterItsPing(int frames)
    {
        BeginAnswered();
        var ping = Send().Ping;
        for (var i = 0; i < frames; i++)
            Send().Should().Be(default(ConfirmationStep), because: "one ping is outstanding");
        Answer(ping);
        mailbox.Confirmed.Should().Be(1);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(200)]
    public void FirstPong_ConfirmsNothingSentAfterItsPing(int frames)
    {
        for (var i = 0; i < frames; i++)
            Send();
        var ping = confirmation.Begin().Ping;
        Send();
        Answer(ping);
        mailbox.Confirmed.Should().BeLessThanOrEqualTo(frames);
    }

    [Fact]
    public void LatePong_ConfirmsNothingSentAfterItsPing()
    {
        BeginAnswered();
        var ping = Send().Ping;
        Pass(2);
        Send().Ping.Should().Be(0, because: "one ping is outstanding");
        var next = Answer(ping).Ping;
        mailbox.Confirmed.Should().Be(1);
        next.Should().NotBe(0);
        Answer(next);
        mailbox.Confirmed.Should().Be(2);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(-1)]
    public void PongWithAnotherNumber_ConfirmsNothing(long number)
    {
        var first = confirmation.Begin().Ping;
        confirmation.TryAnswer(number, now, out _).Should().BeFalse();
        Answer(first);
        var ping = Send().Ping;
        confirmation.TryAnswer(number, now, out _).Should().BeFalse();
        confirmation.TryAnswer(first, now, out _).Should().BeFalse();
        mailbox.Confirmed.Should().Be(0);
        Answer(ping);
        confirmation.TryAnswer(ping, now, out _).Should().BeFalse(because: "no ping is outstanding");
        confirmation.TryAnswer(0, now, out _).Should().BeFalse(because: "no ping is outstanding");
    }

    [Fact]
    public void DuePing_WaitsForAFrameToFollow()
    {
        BeginAnswered();
        Answer(Send().Ping);
        mailbox.Confirmed.Should().Be(1);

        Send().WakeAfter.Should().Be(TimeSpan.FromSeconds(1.1));
        Pass(1);
        var ping = Send().Ping;
        ping.Should().NotBe(0, because: "one write takes the frame and the ping");
        Answer(ping);
        mailbox.Confirmed.Should().Be(3);

        Send().Ping.Should().Be(0, because: "the last ping is less than a second old");
        Pass(0.1);
        var wake = confirmation.Wake(now).WakeAfter!.Value;
        wake.Should().Be(TimeSpan.FromSeconds(1), because: "the first wake was asked for before the second ping");
        now += wake;
        ping = confirmation.Wake(now).Ping;
        ping.Should().NotBe(0, because: "no frame came that the ping could follow");
        Answer(ping);
        mailbox.Confirmed.Should().Be(4);
    }

    [Fact]
    public void EarlyWake_AsksForAnotherWake()
    {
        BeginAnswered();
        Answer(Send().Ping);
        Send();
        Pass(0.5);
        confirmation.Wake(now).Should().Be(new ConfirmationStep(WakeAfter: TimeSpan.FromSeconds(0.6)));
    }

    [Fact]
    public void WakeWithNothingToConfirm_AsksForNothing()
    {
        BeginAnswered();
        Answer(Send().Ping);
        Send();
        Pass(1);
        Answer(Send().Ping);
        confirmation.Wake(now).Should().Be(default(ConfirmationStep));
    }

    [Fact]
    public void SilentClient_HasEachFrameTenSecondsAfterItWasSent()
    {
        confirmation.Begin();
        var sentAt = new List<TimeSpan> { default };
        TimeSpan? wakeAt = null;
        for (var moment = 0; moment < 400; moment++)
        {
            Pass(0.1);
            var step = default(ConfirmationStep);
            if (now >= wakeAt)
            {
                wakeAt = null;
                step = confirmation.Wake(now);
                wakeAt = now + step.WakeAfter;
                step.Ping.Should().Be(0, because: "the client is silent");
            }
            if (moment is 5 or 8 or 70 or 71 or 250)
            {
                sentAt.Add(now);
                step = Send();
                step.Ping.Should().Be(0, because: "the client is silent");
                wakeAt ??= now + step.WakeAfter;
            }
            for (var offset = 1; offset <= sent; offset++)
                if (mailbox.Confirmed >= offset)
                    (now - sentAt[offset]).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(10));
                else
                    (now - sentAt[offset]).Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(11.2));
        }
        mailbox.Confirmed.Should().Be(5);
        wakeAt.Should().BeNull(because: "nothing is left to confirm");
    }

    [Fact]
    public void ClientThatAnswersLate_IsPingedForWhatWasSentBefore()
    {
        var first = confirmation.Begin().Ping;
        Send();
        Pass(5);
        confirmation.Wake(now);
        Send();
        var step = Answer(first);
        mailbox.Confirmed.Should().Be(0, because: "nothing was sent before the first ping");
        Answer(step.Ping);
        mailbox.Confirmed.Should().Be(2);

        Pass(30);
        Send().Ping.Should().NotBe(0);
        Pass(30);
        confirmation.Wake(now);
        mailbox.Confirmed.Should().Be(2, because: "a client that can answer and does not is lost");
    }

    [Fact]
    public void Passed_ConfirmsAtOnce_IfNothingIsUnconfirmed()
    {
        BeginAnswered();
        confirmation.Passed(mailbox, 7).Confirmed.Should().Equal(mailbox);
        mailbox.Should().BeEquivalentTo(new { Sent = 7L, Asked = 7L, Confirmed = 7L });
    }

    [Fact]
    public void Passed_WaitsForTheFramesBeforeIt()
    {
        BeginAnswered();
        var ping = Send().Ping;
        confirmation.Passed(mailbox, 2).Confirmed.Should().BeNull();
        mailbox.Should().BeEquivalentTo(new { Sent = 2L, Confirmed = 0L });
        Answer(ping);
        mailbox.Confirmed.Should().Be(1);
    }

    [Fact]
    public void LatePassed_MovesNothingBack()
    {
        BeginAnswered();
        var ping = confirmation.Sent(mailbox, 6, now).Ping;
        confirmation.Sent(mailbox, 8, now);
        confirmation.Passed(mailbox, 7);
        Answer(ping);
        mailbox.Confirmed.Should().Be(6);
        Pass(2);
        Answer(confirmation.Wake(now).Ping);
        mailbox.Confirmed.Should().Be(8);
        confirmation.Passed(mailbox, 7).Confirmed.Should().BeNull();
        mailbox.Confirmed.Should().Be(8);
    }

    [Fact]
    public void EndedStream_IsNotConfirmed()
    {
        BeginAnswered();
        var ping = Send().Ping;
        mailbox.HasEnded = true;
        Answer(ping).Confirmed.Should().BeNull();
    }

    [Fact]
    public void Pong_ConfirmsEveryStream()
    {
        var room = new StreamCursor("#room", after: 3);
        BeginAnswered();
        Answer(Send().Ping);
        confirmation.Sent(room, 4, now);
        confirmation.Sent(mailbox, 2, now);
        Pass(2);
        Answer(confirmation.Wake(now).Ping).Confirmed.Should().BeEquivalentTo([room, mailbox]);
        (room.Confirmed, mailbox.Confirmed).Should().Be((4, 2));
    }

    [Fact]
    public void Close_ReplacesThePing_AndAsksForEverything()
    {
        BeginAnswered();
        var replaced = Send().Ping;
        Send();
        var last = confirmation.Close().Ping;
        confirmation.Sent(mailbox, 3, now).Should().Be(default(ConfirmationStep), because: "no ping or wake follows the last ping");
        confirmation.TryAnswer(replaced, now, out _).Should().BeFalse();
        mailbox.Confirmed.Should().Be(0);
        Answer(last);
        mailbox.Confirmed.Should().Be(2);
        confirmation.TryAnswer(last, now, out _).Should().BeFalse();
    }

    [Fact]
    public void Close_AsksForNothing_IfEverythingIsConfirmed()
    {
        confirmation.Begin();
        confirmation.Close().Should().Be(default(ConfirmationStep));
    }

    [Fact]
    public void AfterClose_SilentClientConfirmsNothing()
    {
        confirmation.Begin();
        Send();
        Pass(1);
        confirmation.Wake(now);
        confirmation.Close();
        Pass(30);
        confirmation.Wake(now).Should().Be(default(ConfirmationStep));
        mailbox.Confirmed.Should().Be(0);
    }

    [Fact]
    public void AfterEnd_NothingIsAskedFor()
    {
        var ping = confirmation.Begin().Ping;
        confirmation.End();
        Send().Should().Be(default(ConfirmationStep));
        Answer(ping).Should().Be(default(ConfirmationStep));
        confirmation.Wake(now).Should().Be(default(ConfirmationStep));
    }

    /// <summary>Begins with a client that is known to answer.</summary>
    private void BeginAnswered() => Answer(confirmation.Begin().Ping);

    private ConfirmationStep Send() => confirmation.Sent(mailbox, ++sent, now);

    private ConfirmationStep Answer(long ping)
    {
        confirmation.TryAnswer(ping, now, out var step).Should().BeTrue();
        return step;
    }

    private void Pass(double seconds) => now += TimeSpan.FromSeconds(seconds);
}
