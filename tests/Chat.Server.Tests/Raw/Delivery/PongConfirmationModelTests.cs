using Chat.Server.Raw.Delivery;

namespace Chat.Server.Tests.Raw.Delivery;

/// <summary>Random traffic against the confirmation. A model keeps what was sent when, and checks each step.</summary>
public sealed class PongConfirmationModelTests
{
    [Fact]
    public void RandomTraffic_KeepsEveryInvariant()
    {
        for (var seed = 0; seed < 3000; seed++)
            new Model(seed).Run();
    }

    private sealed class Model(int seed)
    {
        private readonly Random random = new(seed);
        private readonly PongConfirmation confirmation = new(new Random(seed));
        private readonly StreamCursor[] streams = [new("bob", after: 0), new("#a", after: 5), new("#b", after: 0)];
        private readonly List<(StreamCursor Stream, long Offset, TimeSpan At, bool IsFrame)> sent = [];

        // The offsets that the user may have: by pongs, or by the rule for silent clients.
        private readonly Dictionary<StreamCursor, long> allowed = [];
        private readonly Dictionary<long, Dictionary<StreamCursor, long>> pings = [];

        // The offsets that the steps have reported.
        private readonly Dictionary<StreamCursor, long> reported = [];
        private TimeSpan now;
        private TimeSpan? wakeAt;
        private long outstanding;
        private bool answers, closed;
        private int pingCount;

        public void Run()
        {
            foreach (var stream in streams)
                allowed[stream] = reported[stream] = stream.Confirmed;
            Take(confirmation.Begin());
            var isSilent = random.Next(3) == 0;
            for (var i = random.Next(20, 120); i > 0; i--)
            {
                now += TimeSpan.FromMilliseconds(random.Next(4) switch { 0 => 0, 1 => random.Next(50), 2 => random.Next(1200), _ => random.Next(100) });
                if (now >= wakeAt)
                    Wake();
                switch (random.Next(10))
                {
                    case < 5:
                        Send(isFrame: true);
                        break;
                    case < 7:
                        Send(isFrame: false);
                        break;
                    case 7 when !isSilent && outstanding != 0:
                        Answer(outstanding, isExpected: true);
                        break;
                    case 8:
                        Answer(pings.Keys.Where(number => number != outstanding).Append(random.NextInt64()).First(), isExpected: false);
                        break;
                    case 9 when !closed && random.Next(20) == 0:
                        closed = true;
                        Take(confirmation.Close());
                        break;
                }
                Check();
            }
            if (closed)
                return;
            // Without more traffic, everything is confirmed in bounded time.
            for (var i = 0; i < 20 && streams.Any(stream => stream.Confirmed < stream.Sent); i++)
            {
                if (outstanding != 0 && (answers || !isSilent))
                    Answer(outstanding, isExpected: true);
                else
                {
                    now = wakeAt!.Value;
                    Wake();
                }
                Check();
            }
            streams.Should().OnlyContain(stream => stream.Confirmed == stream.Sent, because: Because("everything is read or old"));
        }

        private void Send(bool isFrame)
        {
            var stream = streams[random.Next(streams.Length)];
            var offset = stream.Sent + random.Next(1, 3);
            sent.Add((stream, offset, now, isFrame));
            Take(isFrame ? confirmation.Sent(stream, offset, now) : confirmation.Passed(stream, offset));
        }

        private void Answer(long number, bool isExpected)
        {
            if (isExpected)
            {
                foreach (var (stream, offset) in pings[number])
                    allowed[stream] = Math.Max(allowed[stream], offset);
                (answers, outstanding) = (true, 0);
            }
            confirmation.TryAnswer(number, now, out var step).Should().Be(isExpected, because: Because("only the outstanding ping has an answer"));
            Take(step);
        }

        private void Wake()
        {
            wakeAt = null;
            Take(confirmation.Wake(now));
        }

        private void Take(ConfirmationStep step)
        {
            foreach (var stream in step.Confirmed ?? [])
                reported[stream] = stream.Confirmed;
            if (step.Ping != 0)
            {
                (outstanding == 0 || closed).Should().BeTrue(because: Because("one ping is outstanding at most"));
                (answers || pingCount == 0 || closed).Should().BeTrue(because: Because("a silent client gets one ping"));
                outstanding = step.Ping;
                pingCount++;
                pings.Add(step.Ping, streams.ToDictionary(stream => stream, stream => stream.Sent));
            }
            if (step.WakeAfter is { } delay)
            {
                wakeAt.Should().BeNull(because: Because("one wake is outstanding at most"));
                closed.Should().BeFalse(because: Because("no wake follows a close"));
                delay.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(1.1), because: Because("wakes are bounded"));
                wakeAt = now + delay;
            }
        }

        private void Check()
        {
            foreach (var stream in streams)
            {
                stream.Confirmed.Should().BeLessThanOrEqualTo(Allowed(stream), because: Because("an offset needs a pong to a later ping"));
                reported[stream].Should().Be(stream.Confirmed, because: Because("each step reports what it confirms"));
                (stream.Confirmed <= stream.Asked && stream.Asked <= stream.Sent).Should().BeTrue(because: Because("the cursor's fields are in order"));
            }
            if (!closed && streams.Any(stream => stream.Confirmed < stream.Sent))
                (outstanding != 0 || wakeAt is not null).Should().BeTrue(because: Because("something is unconfirmed"));
        }

        /// <summary>The newest offset that a pong, or the age of a frame, has confirmed, and what needs no frame behind it.</summary>
        private long Allowed(StreamCursor stream)
        {
            var limit = allowed[stream];
            foreach (var (_, offset, at, isFrame) in sent.Where(entry => entry.Stream == stream && entry.Offset > limit))
            {
                if (isFrame && (answers || now - at < PongConfirmation.SilentTime))
                    break;
                limit = offset;
            }
            return allowed[stream] = limit;
        }

        private string Because(string reason) => $"{reason} (seed {seed})";
    }
}
