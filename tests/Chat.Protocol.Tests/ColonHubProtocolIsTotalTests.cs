using System.Buffers;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Protocol.Tests;

/// <summary>SignalR encodes a group message for every protocol in the group, with or without a colon form: writing must never throw.</summary>
public sealed class ColonHubProtocolIsTotalTests
{
    private static readonly ExceptionDispatchInfo Failure = ExceptionDispatchInfo.Capture(new InvalidOperationException("x"));

    private static readonly HubMessage[] WithColonForm =
    [
        new InvocationMessage("ReceiveMessage", [Sample.Message("bob", "hi")]),
        new InvocationMessage("5", "ReceiveMessage", [Sample.Message("bob", "")]),
    ];

    private static readonly HubMessage[] WithoutColonForm =
    [
        CompletionMessage.Empty("0"), CompletionMessage.WithResult("0", new Receipt("1", "alice", 1, "e.1", default, false)), CompletionMessage.WithResult("0", null),
        CompletionMessage.WithError("0", "HubException: forbidden: no"), CompletionMessage.WithError("0", ""),
        new InvocationMessage("ReceiveMessage", [Sample.Message("alice", "a sent copy")]),
        new InvocationMessage("ReceiveMessage", []), new InvocationMessage("ReceiveMessage", [null]), new InvocationMessage("ReceiveMessage", ["hi"]),
        new InvocationMessage("ReceiveMessage", [Sample.Message("bob", "hi"), 1]), new InvocationMessage("ReceiveMessage", null!),
        new InvocationMessage("ReceiveNotice", [Notice.SlowConsumer]), new InvocationMessage("ReceiveValue", [new TopicValue("$t", default, 1, default)]), new InvocationMessage("ReceiveRead", [new ReadMark("bob", null, "e.1")]),
        new InvocationMessage("Other", [Sample.Message("bob", "hi")]),
        new StreamInvocationMessage("1", "ReceiveMessage", [Sample.Message("bob", "hi")]), new StreamItemMessage("1", Sample.Message("bob", "hi")),
        new CancelInvocationMessage("1"), PingMessage.Instance, CloseMessage.Empty, new CloseMessage("error", true), new AckMessage(1), new SequenceMessage(1),
        new HandshakeRequestMessage("colon", 1), HandshakeResponseMessage.Empty, new HandshakeResponseMessage("no"),
        new InvocationBindingFailureMessage("1", "Send", Failure), new StreamBindingFailureMessage("1", Failure),
    ];

    private readonly ColonHubProtocol protocol = new("system");

    [Fact]
    public void MessageWithColonForm_IsOneRecord() => WithColonForm.Should().OnlyContain(message => Records(message) == 1);

    [Fact]
    public void SeveralMessagesOfOneInvocation_AreARecordEach() =>
        Records(new InvocationMessage("ReceiveMessage", [Sample.Message("bob", "1"), Sample.Message("#room", "2"), Sample.Message("bob", "3")])).Should().Be(3);

    [Fact]
    public void MessageWithoutColonForm_IsNoBytes() => WithoutColonForm.Should().OnlyContain(message => Records(message) == 0);

    [Fact]
    public void EveryHubMessageType_IsCovered() =>
        WithColonForm.Concat(WithoutColonForm).Select(message => message.GetType()).Distinct()
            .Should().BeEquivalentTo(typeof(HubMessage).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(HubMessage)) && !type.IsAbstract));

    [Fact]
    public void GetMessageBytes_EqualsWriteMessage()
    {
        foreach (var message in WithColonForm.Concat(WithoutColonForm))
        {
            var written = new ArrayBufferWriter<byte>();
            protocol.WriteMessage(message, written);
            protocol.GetMessageBytes(message).ToArray().Should().Equal(written.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void Frames_BeginWithTheServersName()
    {
        var other = new ColonHubProtocol("server");
        other.ErrorFrame(ChatError.BadFrame, "no").Should().Be("server:error bad_frame no");
        other.NoticeFrame(Notice.Trimmed).Should().StartWith("server:notice trimmed ");
    }

    [Fact]
    public void Protocol_IsColonVersion1()
    {
        (protocol.Name, protocol.Version).Should().Be(("colon", 1));
        ((int[])[0, 1, 2]).Where(protocol.IsVersionSupported).Should().Equal(1);
    }

    private int Records(HubMessage message)
    {
        var bytes = protocol.GetMessageBytes(message);
        var count = 0;
        for (; ColonRecord.TryReadOutput(ref bytes, out _); count++)
            continue;
        bytes.Length.Should().Be(0, because: "a record must be whole");
        return count;
    }
}
