using System.Text;
using Chat.Protocol;
using Chat.Server.History;
using Chat.Server.Log;
using Chat.Server.Raw.Delivery;
using Chat.Server.Tests.Running;
using Chat.Server.Topics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Server.Tests.Raw.Delivery;

/// <summary>The queue and the cursors of one connection. Each test is its hub, its sender and its reader, in turn.</summary>
public sealed class RawDeliveryTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly ConfirmedPositions positions;
    private readonly RawDelivery delivery;

    public RawDeliveryTests()
    {
        positions = new ConfirmedPositions(null!, time, NullLogger<ConfirmedPositions>.Instance);
        delivery = new RawDelivery(maxQueuedBytes: 20, positions, time);
    }

    public void Dispose()
    {
        delivery.Dispose();
        positions.Dispose();
    }

    [Fact]
    public void SentCopy_WhileAFrameIsBeingSent_ConfirmsNothing()
    {
        BeginLive("bob");
        Message(1);
        var frame = Take(OutgoingKind.Message);
        SentCopy(2);
        Confirmed("bob").Should().Be(0, because: "the frame before the copy is not sent");
        delivery.MarkSent(frame);
        Confirmed("bob").Should().Be(0, because: "no pong has come for the frame");
    }

    [Fact]
    public void SentCopy_BehindASentFrame_ConfirmsNothing()
    {
        BeginLive("bob");
        Message(1);
        delivery.MarkSent(Take(OutgoingKind.Message));
        SentCopy(2);
        Confirmed("bob").Should().Be(0, because: "no pong has come for the frame");
    }

    [Fact]
    public void SentCopy_BehindNothingUnconfirmed_IsConfirmed()
    {
        BeginLive("bob");
        SentCopy(1);
        Confirmed("bob").Should().Be(1);
    }

    [Fact]
    public void Pong_ConfirmsTheFrameAndTheCopiesBehindIt()
    {
        BeginLive("bob");
        Message(1);
        var frame = Take(OutgoingKind.Message);
        SentCopy(2);
        var ping = delivery.MarkSent(frame);
        ping.Should().NotBe(0, because: "the client answers, and no ping is outstanding");
        delivery.TryAnswer(ping).Should().BeTrue();
        Confirmed("bob").Should().Be(2);
    }

    [Fact]
    public void MessageThatHasNoRoom_IsReadFromTheLog()
    {
        BeginLive("bob");
        Message(1);
        Message(2);
        Message(3); // 24 bytes in all
        delivery.QueuedBytes.Should().Be(16);
        Take(OutgoingKind.Message).Number.Should().Be(1);
        Take(OutgoingKind.Message).Number.Should().Be(2);
        var stream = (StreamCursor)Take(OutgoingKind.CatchUp).Subject!;
        stream.Queued.Should().Be(2, because: "the log is read from there");
        Message(4);
        TakesNothing();

        delivery.MarkSent(stream, 3);
        delivery.TryGoLive(stream).Should().BeFalse(because: "message 4 was announced");
        delivery.MarkSent(stream, 4);
        delivery.TryGoLive(stream).Should().BeTrue();
        Message(4);
        TakesNothing();
    }

    [Fact]
    public void MessageAfterAGap_IsReadFromTheLog()
    {
        BeginLive("bob");
        Message(2);
        ((StreamCursor)Take(OutgoingKind.CatchUp).Subject!).Queued.Should().Be(0);
        TakesNothing();
    }

    [Fact]
    public void MessageOfAStreamThatHasNotBegun_IsNotQueued()
    {
        Message(1);
        Room("#room", 1);
        BeginLive("bob");
        Room("#room", 1);
        TakesNothing();
    }

    [Fact]
    public void EndedRoom_IsNeitherQueuedNorConfirmed()
    {
        BeginLive("bob");
        BeginLive("#room");
        delivery.Streams.Should().BeEquivalentTo("bob", "#room");
        Room("#room", 1);
        var frame = Take(OutgoingKind.Message);
        delivery.End("#room");
        Room("#room", 2);
        delivery.MarkSent(frame).Should().Be(0, because: "there is nothing to confirm");
        delivery.QueuedBytes.Should().Be(0);
        delivery.Streams.Should().Equal("bob");
        TakesNothing();
    }

    [Fact]
    public void NoticeThatHasNoRoom_IsRefused()
    {
        delivery.TryAddServerFrame(new byte[20]).Should().BeTrue();
        delivery.TryAddServerFrame(new byte[1]).Should().BeFalse();
        delivery.MarkSent(Take(OutgoingKind.ServerFrame));
        delivery.TryAddServerFrame(new byte[1]).Should().BeTrue();
    }

    [Fact]
    public void Close_StandsBehindTheQueueAndEndsIt()
    {
        BeginLive("bob");
        Message(1);
        delivery.Close(1001, "first");
        delivery.Close(1011, "second");
        delivery.IsClosing.Should().BeTrue();
        Message(2);
        Take(OutgoingKind.Message).Number.Should().Be(1);
        Take(OutgoingKind.Close).Subject.Should().Be(new CloseFrame(1001, "first"));
        TakesNothing();
    }

    [Fact]
    public void Value_TakesNoRoom()
    {
        delivery.TryAddServerFrame(new byte[20]);
        var subscription = new Subscription(delivery);
        subscription.Offer(new PublishedValue(new TopicValue("$t", default, 1, default)));
        Take(OutgoingKind.ServerFrame);
        Take(OutgoingKind.Value).Subject.Should().BeSameAs(subscription);
    }

    [Fact]
    public async Task IdleSender_IsWokenByEachKindOfItem()
    {
        BeginLive("bob");
        var message = await WaitAndTakeAsync(() => Message(1), OutgoingKind.Message);
        delivery.TryAnswer(delivery.MarkSent(message)).Should().BeTrue();
        await WaitAndTakeAsync(() => delivery.TryAddServerFrame(new byte[1]), OutgoingKind.ServerFrame);
        Message(2);
        delivery.MarkSent(Take(OutgoingKind.Message)).Should().Be(0, because: "the last ping is less than a second old");
        await WaitAndTakeAsync(() => time.Advance(TimeSpan.FromSeconds(2)), OutgoingKind.Ping);
        await WaitAndTakeAsync(() => delivery.Begin("#room", after: 0), OutgoingKind.CatchUp);
        await WaitAndTakeAsync(() => delivery.Close(1000, ""), OutgoingKind.Close);

        async Task<Outgoing> WaitAndTakeAsync(Action add, OutgoingKind kind)
        {
            delivery.TryTake(out _, out var added).Should().BeFalse();
            var waiting = added.AsTask();
            waiting.IsCompleted.Should().BeFalse();
            add();
            await waiting.WaitAsync(Wait.Long);
            return Take(kind);
        }
    }

    [Fact]
    public void Ping_OvertakesTheQueue()
    {
        BeginLive("bob");
        Message(1);
        delivery.TryAnswer(delivery.MarkSent(Take(OutgoingKind.Message)));
        Message(2);
        delivery.MarkSent(Take(OutgoingKind.Message)).Should().Be(0);
        Message(3);
        time.Advance(TimeSpan.FromSeconds(2));
        var ping = Take(OutgoingKind.Ping).Number;
        delivery.TryAnswer(ping).Should().BeTrue();
        Confirmed("bob").Should().Be(2, because: "message 3 is behind the ping");
    }

    [Fact]
    public async Task ConcurrentHubAndSender_SendEveryOffsetOnceAndInOrder()
    {
        const int messages = 20_000;
        BeginLive("bob");
        var log = 0L;
        var hub = Task.Run(() =>
        {
            for (var offset = 1; offset <= messages; offset++)
            {
                Volatile.Write(ref log, offset);
                if (offset % 3 == 0)
                    SentCopy(offset);
                else
                    Message(offset);
            }
            delivery.Close(1000, "");
        });
        var taken = new List<long>();
        while (true)
        {
            if (!delivery.TryTake(out var item, out var added))
            {
                await added;
                continue;
            }
            if (item.Kind == OutgoingKind.Close)
                break;
            if (item.Kind == OutgoingKind.Message)
            {
                taken.Add(item.Number);
                Answer(delivery.MarkSent(item));
            }
            else if (item.Kind == OutgoingKind.CatchUp)
                SendFromLog((StreamCursor)item.Subject!);
            else
                Answer(item.Number);
        }
        await hub;
        taken.Should().Equal(Enumerable.Range(1, taken.Count * 2).Select(i => (long)i).Where(i => i % 3 != 0).Take(taken.Count));
        Confirmed("bob").Should().BeLessThanOrEqualTo(taken[^1] + 1);

        void SendFromLog(StreamCursor stream)
        {
            do
            {
                for (var offset = stream.Queued + 1; offset <= Volatile.Read(ref log) && !delivery.IsClosing; offset++)
                    if (offset % 3 == 0)
                        delivery.Pass(stream, offset);
                    else
                    {
                        taken.Add(offset);
                        Answer(delivery.MarkSent(stream, offset));
                    }
            }
            while (!delivery.IsClosing && !delivery.TryGoLive(stream));
        }

        void Answer(long ping)
        {
            if (ping != 0)
                delivery.TryAnswer(ping).Should().BeTrue();
        }
    }

    /// <summary>Begins a stream that has nothing in the log, of a client that answers pings.</summary>
    private void BeginLive(string stream)
    {
        if (delivery.Streams.Count == 0)
        {
            delivery.BeginConfirmation();
            delivery.TryAnswer(Take(OutgoingKind.Ping).Number).Should().BeTrue();
        }
        delivery.Begin(stream, after: 0);
        delivery.TryGoLive((StreamCursor)Take(OutgoingKind.CatchUp).Subject!).Should().BeTrue();
    }

    private void Message(long offset) => delivery.Add(new ColonRecord(offset, Encoding.UTF8.GetBytes("alice:hi")));

    private void SentCopy(long offset) => delivery.PassSentCopy(offset);

    private void Room(string room, long offset) => delivery.Add(new ColonRecord(offset, Encoding.UTF8.GetBytes(room + ":alice:hi")));

    private Outgoing Take(OutgoingKind kind)
    {
        delivery.TryTake(out var item, out _).Should().BeTrue();
        item.Kind.Should().Be(kind);
        return item;
    }

    private void TakesNothing() => delivery.TryTake(out _, out _).Should().BeFalse();

    private long Confirmed(string stream) => positions.Newest(new Confirmation("bob", stream, 0));
}
