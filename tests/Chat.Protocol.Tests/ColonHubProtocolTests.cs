using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Protocol.Tests;

public sealed class ColonHubProtocolTests
{
    private readonly ColonHubProtocol protocol = new("system");

    [Fact]
    public void AFrameIsACallOfSend()
    {
        var input = Input("alice:bob:a:b", "alice:carol:next");
        Parse(ref input).Arguments.Should().Equal(new SendRequest("bob", "a:b"));
        Parse(ref input).Arguments.Should().Equal(new SendRequest("carol", "next"));
        protocol.TryParseMessage(ref input, null!, out _).Should().BeFalse();
    }

    [Fact]
    public void AnIncompleteRecordWaits()
    {
        var whole = Input("alice:bob:hi").ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            var part = new ReadOnlySequence<byte>(whole, 0, length);
            protocol.TryParseMessage(ref part, null!, out _).Should().BeFalse();
            part.Length.Should().Be(length, because: "nothing may be taken of it");
        }
    }

    [Fact]
    public void ARecordMayBeSpreadOverSegments()
    {
        var input = Segments(Input("alice:bob:hällo").ToArray());
        Parse(ref input).Arguments.Should().Equal(new SendRequest("bob", "hällo"));
    }

    [Fact]
    public void AMalformedFrameIsAnsweredNotFatal()
    {
        var input = Input("hello");
        protocol.TryParseMessage(ref input, null!, out var message).Should().BeTrue();
        message.Should().BeOfType<InvocationBindingFailureMessage>().Which.BindingFailure.SourceException
            .Should().BeOfType<HubException>().Which.Message.Should().StartWith("bad_frame: ");
    }

    [Fact]
    public void AMessageIsAFrameAtItsOffset() =>
        Record(Receive("bob", 7)).Should().Be((ColonRecordKind.Message, 7, "alice:hi"));

    [Fact]
    public void TheSentCopyOnlyMovesTheOffset() =>
        Record(Receive("alice", 3)).Should().Be((ColonRecordKind.SentCopy, 3, ""));

    [Fact]
    public void ACompletionIsCountedAndARefusalIsSaid()
    {
        Record(CompletionMessage.WithResult("0", "x")).Should().Be((ColonRecordKind.Completed, 0, ""));
        Record(CompletionMessage.WithError("0", "An unexpected error. HubException: key_conflict: Used before: yes"))
            .Should().Be((ColonRecordKind.Refused, ChatError.KeyConflict.Number, "system:error key_conflict Used before: yes"));
        Record(CompletionMessage.WithError("0", "Something else.")).Kind.Should().Be(ColonRecordKind.Refused);
    }

    public static TheoryData<HubMessage> Unsayable => new()
    {
        PingMessage.Instance, CloseMessage.Empty, new InvocationMessage("ReceiveNotice", [Notice.SlowConsumer]), new InvocationMessage("Other", []),
        new StreamItemMessage("1", 5), new CancelInvocationMessage("1"), new StreamInvocationMessage("1", "x", []), new AckMessage(1), new SequenceMessage(1),
    };

    [Theory, MemberData(nameof(Unsayable))]
    public void WhatCannotBeSaidIsNothing(HubMessage message) => protocol.GetMessageBytes(message).Length.Should().Be(0);

    [Fact]
    public void NoMutatedInputBreaksTheParser()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var valid = Input("alice:bob:hi", "x", ":::", "ä:ö:😀").ToArray();
        for (var run = 0; run < 200_000; run++)
        {
            var bytes = (byte[])valid.Clone();
            for (var i = random.Next(1, 6); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var input = new ReadOnlySequence<byte>(bytes, 0, random.Next(bytes.Length + 1));
            var before = input.Length;
            while (protocol.TryParseMessage(ref input, null!, out var message))
            {
                message.Should().NotBeNull(because: $"seed {seed}");
                (input.Length < before).Should().BeTrue($"seed {seed}: every message takes bytes");
                before = input.Length;
            }
        }
    }

    private InvocationMessage Parse(ref ReadOnlySequence<byte> input)
    {
        protocol.TryParseMessage(ref input, null!, out var message).Should().BeTrue();
        var invocation = message.Should().BeOfType<InvocationMessage>().Which;
        invocation.Target.Should().Be("Send");
        invocation.InvocationId.Should().NotBeNull(because: "the adapter counts the completions");
        return invocation;
    }

    private (ColonRecordKind Kind, long Number, string Frame) Record(HubMessage message)
    {
        var bytes = protocol.GetMessageBytes(message);
        ColonRecord.TryReadOutput(ref bytes, out var record).Should().BeTrue();
        bytes.Length.Should().Be(0);
        return (record.Kind, record.Number, Encoding.UTF8.GetString(record.Frame.Span));
    }

    private static InvocationMessage Receive(string stream, long offset) => new("ReceiveMessage",
    [
        new Message { Stream = stream, Offset = offset, Position = $"e.{offset}", Id = "1", From = "alice", To = "bob", Content = "hi", SentAt = DateTimeOffset.UnixEpoch },
    ]);

    private static ReadOnlySequence<byte> Input(params string[] frames)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var frame in frames)
            ColonRecord.WriteInput(output, Encoding.UTF8.GetBytes(frame));
        return new ReadOnlySequence<byte>(output.WrittenMemory);
    }

    private static ReadOnlySequence<byte> Segments(byte[] bytes)
    {
        var first = new Segment(bytes.AsMemory(0, 1), null);
        var last = first;
        for (var i = 1; i < bytes.Length; i++)
            last = new Segment(bytes.AsMemory(i, 1), last);
        return new ReadOnlySequence<byte>(first, 0, last, 1);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
