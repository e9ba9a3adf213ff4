using System.Buffers;
using System.Text;
using Chat.Protocol;
using Chat.Protocol.Tests;
using Chat.Server.Hubs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Server.Tests.Hubs;

/// <summary>The project's reader and writer of hub messages against SignalR's JSON protocol. The seeds are fixed.</summary>
public sealed class MessageJsonTests : IInvocationBinder
{
    private const string Plain = """{"type":1,"invocationId":"7","target":"Send","arguments":[{"to":"bob","content":"hi","id":"k"}]}""";

    private static readonly string[] Texts =
    [
        "", "a", "bob", "#room", "<>&'+\"\\/`", "\0\u0001\b\t\n\v\f\r\u001e\u001f\u007f\u0080\u009f", "é", "中文", "e\u0301", "😀", "\u2028\u2029",
        "\ufeff", "\ufffd", "\uffff",
        "\ud800", "\udc00", "\udc00\ud800", new('x', 300), new('"', 5_000), string.Concat(Enumerable.Repeat("😀\n", 3_000)),
    ];

    private readonly JsonHubProtocol stock = new(Options.Create(ChatHandlers.JsonOptions()));
    private readonly MessageJsonProtocol protocol = new(new JsonHubProtocol(Options.Create(ChatHandlers.JsonOptions())));

    [Fact]
    public void Receipt_HasTheBytesOfSignalR()
    {
        var random = new Random(17);
        for (var run = 0; run < 5_000; run++)
        {
            var receipt = new Receipt(Text(random), Text(random), Number(random), Text(random), Time(random), random.Next(2) == 0);
            AssertSameBytes(CompletionMessage.WithResult(Text(random), receipt));
            AssertSameBytes(CompletionMessage.WithResult("7", receipt with { Id = null!, Position = null! }));
        }
    }

    [Fact]
    public void Message_HasTheBytesOfSignalR()
    {
        var random = new Random(18);
        for (var run = 0; run < 5_000; run++)
            AssertSameBytes(new InvocationMessage(nameof(IChatClient.ReceiveMessage), [RandomMessage(random)]));
    }

    [Fact]
    public void OtherRecords_HaveTheBytesOfSignalR()
    {
        var random = new Random(19);
        var message = RandomMessage(random);
        var receipt = new Receipt("k", "bob", 1, "e.1", DateTimeOffset.UnixEpoch, duplicate: false);
        var headers = new Dictionary<string, string> { ["a"] = "b" };
        AssertSameBytes(CompletionMessage.WithError("7", "forbidden: no"));
        AssertSameBytes(CompletionMessage.WithResult("7", null));
        AssertSameBytes(CompletionMessage.WithResult("7", message));
        AssertSameBytes(CompletionMessage.Empty("7"));
        AssertSameBytes(new CompletionMessage("7", null, receipt, hasResult: false));
        AssertSameBytes(new CompletionMessage("7", null, receipt, hasResult: true) { Headers = headers });
        AssertSameBytes(new InvocationMessage(nameof(IChatClient.ReceiveMessage), [message, message]));
        AssertSameBytes(new InvocationMessage(nameof(IChatClient.ReceiveMessage), [null]));
        AssertSameBytes(new InvocationMessage(nameof(IChatClient.ReceiveMessage), [receipt]));
        AssertSameBytes(new InvocationMessage(nameof(IChatClient.ReceiveMessage), []));
        AssertSameBytes(new InvocationMessage("7", nameof(IChatClient.ReceiveMessage), [message]));
        AssertSameBytes(new InvocationMessage(null, nameof(IChatClient.ReceiveMessage), [message], ["s"]));
        AssertSameBytes(new InvocationMessage(nameof(IChatClient.ReceiveMessage), [message]) { Headers = headers });
        AssertSameBytes(new InvocationMessage(nameof(IChatClient.ReceiveNotice), [Notice.Expiring]));
        AssertSameBytes(PingMessage.Instance);
        AssertSameBytes(new CloseMessage("x", allowReconnect: true));
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData("""{"arguments":[{"content":"hi","to":"bob"}],"invocationId":"7","target":"Send","type":1}""")]
    [InlineData(""" { "target" : "Send" , "type" : 1 , "arguments" : [ { "to" : "bob" , "content" : "\"\ud83d\ude00\n" } ] } """)]
    public void StockCall_IsReadByHand(string record)
    {
        var input = new ReadOnlySequence<byte>(Record(record));
        SendParser.TryRead(ref input, out var call).Should().BeTrue();
        input.IsEmpty.Should().BeTrue();
        call!.Arguments[0].Should().BeOfType<SendRequest>().Which.To.Should().Be("bob");
    }

    [Theory]
    [InlineData("""{"type":6}""")]
    [InlineData("""{"type":1,"target":"Resume","arguments":[{}]}""")]
    [InlineData("""{"type":1,"target":"Send","arguments":[{"to":"bob","content":"hi"}],"headers":{}}""")]
    [InlineData("""{"type":1,"target":"Send","arguments":[{"to":"bob","content":"hi","to":"eve"}]}""")]
    [InlineData("""{"type":1,"target":"Send","arguments":[{"to":"bob","Content":"hi"}]}""")]
    [InlineData("""{"type":1,"target":"Send","arguments":[{"to":"bob","content":"\ud83d"}]}""")]
    [InlineData("""{"type":1,"target":"Send","arguments":[{"to":"bob","content":"hi"},1]}""")]
    [InlineData("")]
    public void OtherRecord_IsLeftToSignalR(string record)
    {
        var input = new ReadOnlySequence<byte>(Record(record));
        SendParser.TryRead(ref input, out _).Should().BeFalse();
        input.Length.Should().Be(Record(record).Length);
        AssertSameReading(Record(record));
    }

    [Fact]
    public void UnfinishedRecord_IsLeftInTheInput() => AssertSameReading(Encoding.UTF8.GetBytes(Plain));

    [Fact]
    public void OddRecords_AreReadAsBySignalR()
    {
        var records = new OddSends(seed: 20);
        var byHand = 0;
        for (var run = 0; run < 10_000; run++)
            byHand += AssertSameReading(Record(records.Next())) ? 1 : 0;
        byHand.Should().BeInRange(1_000, 9_000, because: "both ways are tried");
    }

    [Fact]
    public void MutatedRecords_AreReadAsBySignalR()
    {
        var records = new OddSends(seed: 21);
        var mutations = new Mutations(seed: 22, [
            .. Enumerable.Range(0, 50).Select(_ => Encoding.UTF8.GetBytes(records.Next())),
            .. Enumerable.Repeat(Encoding.UTF8.GetBytes(Plain), 50),
        ]);
        for (var run = 0; run < 10_000; run++)
            AssertSameReading([.. mutations.Next(), 0x1e]);
    }

    IReadOnlyList<Type> IInvocationBinder.GetParameterTypes(string methodName) =>
        methodName.Equals(nameof(IChatHub.Send), StringComparison.OrdinalIgnoreCase)
            ? [typeof(SendRequest)]
            : throw new HubException("There is no such method.");

    Type IInvocationBinder.GetReturnType(string invocationId) => typeof(object);

    Type IInvocationBinder.GetStreamItemType(string streamId) => throw new InvalidOperationException("There is no such stream.");

    private static byte[] Record(string json) => Encoding.UTF8.GetBytes(json + "\u001e");

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Texts[random.Next(Texts.Length)]));

    private static long Number(Random random) => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);

    private static DateTimeOffset Time(Random random) =>
        new DateTimeOffset(random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), TimeSpan.Zero)
            .ToOffset(TimeSpan.FromMinutes(random.Next(-840, 841)));

    private static Message RandomMessage(Random random) => new()
    {
        Stream = Text(random),
        Offset = Number(random),
        Position = Text(random),
        Id = Text(random),
        From = Text(random),
        To = Text(random),
        Content = Text(random),
        SentAt = Time(random),
    };

    private void AssertSameBytes(HubMessage message)
    {
        var expected = stock.GetMessageBytes(message).ToArray();
        protocol.GetMessageBytes(message).Span.SequenceEqual(expected).Should().BeTrue(because: $"SignalR writes {Encoding.UTF8.GetString(expected)}");
        var output = new ArrayBufferWriter<byte>(1);
        protocol.WriteMessage(message, output);
        output.WrittenSpan.SequenceEqual(expected).Should().BeTrue();
    }

    /// <summary>Compares the results for one segment and for many. Returns whether the record is read by hand.</summary>
    private bool AssertSameReading(byte[] bytes)
    {
        var (whole, pieces) = (new ReadOnlySequence<byte>(bytes), Segments.Of(bytes, () => 3));
        var expected = Reading(stock, whole);
        Reading(protocol, whole).Should().Be(expected, because: $"SignalR reads {Convert.ToHexString(bytes)} so");
        Reading(protocol, pieces).Should().Be(Reading(stock, pieces), because: $"SignalR reads {Convert.ToHexString(bytes)} so in segments");
        return SendParser.TryRead(ref whole, out _);
    }

    /// <summary>Describes a message, or the exception, and the bytes that are left.</summary>
    private string Reading(IHubProtocol by, ReadOnlySequence<byte> input)
    {
        try
        {
            var read = by.TryParseMessage(ref input, this, out var message);
            return $"{read} {Describe(message)}, {input.Length} left";
        }
        catch (Exception e)
        {
            return $"{e.GetType()}: {e.Message}, {input.Length} left";
        }
    }

    private static string Describe(HubMessage? message) => message switch
    {
        InvocationBindingFailureMessage failure =>
            $"refused {failure.InvocationId ?? "null"} {failure.Target}: {failure.BindingFailure.SourceException}".Split("   at ")[0],
        InvocationMessage { Arguments: [SendRequest send] } call =>
            $"call {call.InvocationId ?? "null"} {call.Target} {send.To ?? "null"} {send.Content ?? "null"} {send.Id ?? "null"} " +
            $"{call.StreamIds?.Length} {call.Headers?.Count}",
        HubInvocationMessage other => $"{other} {other.InvocationId ?? "null"} {other.Headers?.Count}",
        _ => $"{message}",
    };
}
