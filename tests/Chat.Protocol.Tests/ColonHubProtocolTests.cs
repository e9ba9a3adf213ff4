using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Protocol.Tests;

public sealed class ColonHubProtocolTests
{
    private readonly ColonHubProtocol protocol = new("system");

    [Fact]
    public void Frame_IsACallOfSend()
    {
        var input = Input("alice:bob:a:b", "alice:carol:next");
        Parse(ref input).Arguments.Should().Equal(new SendRequest("bob", "a:b"));
        Parse(ref input).Arguments.Should().Equal(new SendRequest("carol", "next"));
        protocol.TryParseMessage(ref input, null!, out _).Should().BeFalse();
    }

    [Fact]
    public void IncompleteRecord_StaysInTheInput()
    {
        var whole = Input("alice:bob:hi").ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            var part = new ReadOnlySequence<byte>(whole, 0, length);
            protocol.TryParseMessage(ref part, null!, out _).Should().BeFalse();
            part.Length.Should().Be(length, because: "no byte may be consumed");
        }
    }

    [Fact]
    public void Record_MayBeSplitOverSegments()
    {
        foreach (var length in (int[])[1, 2, 3, 7])
        {
            var input = Segments.Of(Input("alice:bob:hällo", "alice:bob:😀").ToArray(), () => length);
            Parse(ref input).Arguments.Should().Equal(new SendRequest("bob", "hällo"));
            Parse(ref input).Arguments.Should().Equal(new SendRequest("bob", "😀"));
            input.Length.Should().Be(0);
        }
    }

    [Fact]
    public void MalformedFrame_IsRefusedAndNotFatal()
    {
        foreach (var malformed in (string[])["hello", "", "a:b", ":"])
        {
            var input = Input(malformed, "alice:bob:next");
            protocol.TryParseMessage(ref input, null!, out var message).Should().BeTrue();
            var failure = message.Should().BeOfType<InvocationBindingFailureMessage>().Which;
            failure.BindingFailure.SourceException.Should().BeOfType<HubException>()
                .Which.Message.Should().Be("bad_frame: A frame must have the form userid:toUserid:content.");
            Parse(ref input).Arguments.Should().Equal(new SendRequest("bob", "next"));
        }
    }

    [Fact]
    public void InvalidTarget_IsPassedToTheHub()
    {
        foreach (var target in (string[])["", "#room", "$topic", new string('x', 1000)])
        {
            var input = Input($"alice:{target}:hi");
            Name.IsUserId(((SendRequest)Parse(ref input).Arguments[0]!).To).Should().BeFalse();
        }
    }

    [Fact]
    public void Message_IsAFrameAtItsOffset() =>
        Record(Receive("bob", 7)).Should().Be((7, "alice:hi"));

    [Fact]
    public void SentCopy_IsWrittenAsNothing() => protocol.GetMessageBytes(Receive("alice", 3)).IsEmpty.Should().BeTrue();

    private InvocationMessage Parse(ref ReadOnlySequence<byte> input)
    {
        protocol.TryParseMessage(ref input, null!, out var message).Should().BeTrue();
        var invocation = message.Should().BeOfType<InvocationMessage>().Which;
        invocation.Target.Should().Be("Send");
        invocation.InvocationId.Should().BeNull(because: "the outcome of a frame is no record");
        return invocation;
    }

    private (long Offset, string Frame) Record(HubMessage message)
    {
        var bytes = protocol.GetMessageBytes(message);
        ColonRecord.TryReadOutput(ref bytes, out var record).Should().BeTrue();
        bytes.Length.Should().Be(0);
        return (record.Offset, Encoding.UTF8.GetString(record.Frame.Span));
    }

    private static InvocationMessage Receive(string stream, long offset) => new("ReceiveMessage", [Sample.Message(stream, "hi", offset)]);

    private static ReadOnlySequence<byte> Input(params string[] frames)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var frame in frames)
            ColonRecord.WriteInput(output, Encoding.UTF8.GetBytes(frame));
        return new ReadOnlySequence<byte>(output.WrittenMemory);
    }
}
