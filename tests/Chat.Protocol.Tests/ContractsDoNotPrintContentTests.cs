using System.Buffers;
using System.Collections;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Protocol.Tests;

/// <summary>SignalR logs the arguments of calls by their <c>ToString</c>, and content must not reach a log.</summary>
public sealed class ContractsDoNotPrintContentTests
{
    private const string Content = "s3cret";

    private static readonly Message Entry = Sample.Message("bob", Content);
    private static readonly ResumedStream Resumed = new("bob", true, [Entry], "e.7", "e.0", false);
    private static readonly Conversation Talk = new("alice", null, Entry, 1, "e.0");

    private static readonly object[] Contracts =
    [
        Entry, new SendRequest("bob", Content), Resumed, new ResumeAnswer("bob", [Resumed]), new ReadAnswer([Entry], false), Talk, new ConversationsAnswer([Talk], false),
        new PushRequest("bob", Content), new TopicValue("$t", JsonElement.Parse($"\"{Content}\""), 1, default),
        new ColonRecord(7, Encoding.UTF8.GetBytes(Content)),
    ];

    [Fact]
    public void Contracts_DoNotPrintContent() => Contracts.Should().OnlyContain(contract => !contract.ToString()!.Contains(Content));

    [Fact]
    public void HubCall_DoesNotPrintContent()
    {
        var record = new ArrayBufferWriter<byte>();
        ColonRecord.WriteInput(record, Encoding.UTF8.GetBytes($"alice:bob:{Content}"));
        var input = new ReadOnlySequence<byte>(record.WrittenMemory);
        new ColonHubProtocol("system").TryParseMessage(ref input, null!, out var call).Should().BeTrue();
        call.Should().BeOfType<InvocationMessage>().Which.ToString().Should().Contain("send to bob").And.NotContain(Content);
    }

    [Fact]
    public void EveryContractWithContent_IsCovered() =>
        typeof(Message).Assembly.GetExportedTypes().Where(type => !type.IsByRefLike && CanHoldContent(type)).Should().BeSubsetOf(Contracts.Select(contract => contract.GetType()));

    private static bool CanHoldContent(Type type) =>
        type.GetProperties().Any(property => property.Name is "Content" || property.PropertyType == typeof(JsonElement)
            || (Element(property.PropertyType) is { } inner && inner != type && inner.Assembly == typeof(Message).Assembly && CanHoldContent(inner)));

    private static Type Element(Type type) =>
        type != typeof(string) && type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : type;
}
