using System.Text;
using Chat.Protocol;
using Chat.Server.Raw.Delivery;

namespace Chat.Server.Tests.Raw.Delivery;

public sealed class OutboxTests
{
    [Fact]
    public void ACopyThatComesAtTheMomentAFrameIsSentConfirmsNothingThatWasNotRead()
    {
        var confirmed = new List<string>();
        Outbox outbox = null!;
        Outgoing frame = default;
        Thread? sending = null;
        // Called while nobody else can say what was sent or passed: the sending thread waits there, in the middle of saying so.
        void Confirm(string stream, long offset)
        {
            confirmed.Add($"{stream} {offset}");
            if (sending is not null)
                return;
            sending = new Thread(() => outbox.Sent(frame));
            sending.Start();
            SpinWait.SpinUntil(() => sending.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            outbox.Add(new ColonRecord(ColonRecordKind.SentCopy, 2, default));
        }
        using var confirmation = new PongConfirmation(_ => Task.CompletedTask, TimeProvider.System, Confirm);
        outbox = new Outbox(maxBytes: 0, confirmation);
        outbox.Begin("bob", after: 0);
        outbox.Queue.TryRead(out var begun);
        outbox.TryGoLive(begun.Stream!, 0).Should().BeTrue();
        outbox.Add(new ColonRecord(ColonRecordKind.Message, 1, Encoding.UTF8.GetBytes("alice:hi")));
        outbox.Queue.TryRead(out frame);

        confirmation.Passed(new StreamCursor("#room", after: 0), 1);
        sending!.Join();
        confirmed.Should().Equal(["#room 1"], because: "no pong has come for the message of bob's mailbox");
    }
}
