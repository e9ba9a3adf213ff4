using System.Buffers.Binary;
using Chat.Server.Raw.Socket;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Raw.Socket;

public sealed class FrameTapTests
{
    [Fact]
    public void EachFrame_IsReported_WhereverTheNetworkCutsIt()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var (bytes, expected) = (new List<byte>(), new List<string>());
            for (var i = random.Next(1, 12); i > 0; i--)
                bytes.AddRange(NextFrame(random, expected));
            var seen = new Watcher();
            var tap = new FrameTap(seen);
            for (var rest = bytes.ToArray().AsSpan(); !rest.IsEmpty;)
            {
                var cut = Math.Min(rest.Length, random.Next(5) == 0 ? random.Next(1, 300) : random.Next(1, 9));
                tap.Read(rest[..cut]);
                rest = rest[cut..];
            }
            seen.Frames.Should().Equal(expected, because: $"seed {seed}");
        }
    }

    [Fact]
    public void FramesAfterAClose_AreIgnored()
    {
        var seen = new Watcher();
        new FrameTap(seen).Read([.. RawTcpClient.Frame([], opcode: 8), .. RawTcpClient.Frame(new byte[8], opcode: 10)]);
        seen.Frames.Should().Equal("control");
    }

    [Fact]
    public void RandomBytes_ThrowNothing()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            var read = () => new FrameTap(new Watcher()).Read(bytes);
            read.Should().NotThrow(because: $"seed {seed}");
        }
    }

    private static byte[] NextFrame(Random random, List<string> expected)
    {
        var masked = random.Next(8) > 0;
        var mask = new byte[4];
        random.NextBytes(mask);
        var number = random.NextInt64();
        var (opcode, final, payload) = random.Next(6) switch
        {
            0 => (10, true, Number(number)),
            1 => (9, true, new byte[random.Next(126)]),
            2 => (10, true, new byte[random.Next(8)]),
            3 => (1, true, new byte[random.Next(4) == 0 ? 70_000 : random.Next(400)]),
            4 => (1, false, new byte[random.Next(3)]),
            _ => (0, true, new byte[random.Next(200)]),
        };
        expected.Add(opcode == 10 && payload.Length == 8 ? $"pong {number}" : opcode >= 8 ? "control" : final ? "last" : "part");
        var frame = RawTcpClient.Frame(payload, opcode, final, masked);
        if (masked)
            Mask(frame.AsSpan(frame.Length - payload.Length - 4), mask);
        return frame;
    }

    private static void Mask(Span<byte> maskAndPayload, byte[] mask)
    {
        mask.CopyTo(maskAndPayload);
        for (var i = 4; i < maskAndPayload.Length; i++)
            maskAndPayload[i] ^= mask[i % 4];
    }

    private static byte[] Number(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private sealed class Watcher : IFrameWatcher
    {
        public List<string> Frames { get; } = [];

        public void Pong(long number) => Frames.Add($"pong {number}");
        public void ControlFrame() => Frames.Add("control");
        public void Fragment(bool isLast) => Frames.Add(isLast ? "last" : "part");
    }
}
