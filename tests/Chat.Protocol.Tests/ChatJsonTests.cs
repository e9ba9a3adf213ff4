using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Chat.Protocol.Tests;

public sealed class ChatJsonTests
{
    /// <summary>Options like the hub's, with the context as a resolver.</summary>
    private static readonly JsonSerializerOptions Hub = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, TypeInfoResolver = ChatJson.Default };

    public static TheoryData<object, string> Contracts => new()
    {
        { Sample.Message("bob", "a:b"), """{"stream":"bob","offset":7,"position":"e.7","id":"1","from":"alice","to":"bob","content":"a:b","sentAt":"2026-11-23T05:12:29.120Z"}""" },
        { new Notice("c", "t"), """{"code":"c","text":"t"}""" },
        { new Notice("c", "t", 5), """{"code":"c","text":"t","retryAfter":5}""" },
        { new SendRequest("bob", ""), """{"to":"bob","content":""}""" },
        { new SendRequest("bob", "hi", "k"), """{"to":"bob","content":"hi","id":"k"}""" },
        { new Receipt("1", "a", 3, "e.3", DateTimeOffset.UnixEpoch, true), """{"id":"1","stream":"a","offset":3,"position":"e.3","sentAt":"1970-01-01T00:00:00.000Z","duplicate":true}""" },
        { new ResumeRequest(), "{}" },
        { new ResumeRequest(new Dictionary<string, string?> { ["bob"] = "e.3" }), """{"positions":{"bob":"e.3"}}""" },
        { new ResumeAnswer("a", [new("a", true, [], "e.1", "e.0", false)]), """{"user":"a","streams":[{"stream":"a","recovered":true,"messages":[],"head":"e.1","confirmed":"e.0","more":false}]}""" },
        { new ResumeAnswer("a", [new("a", false, [], "e.1", "e.0", true, "trimmed")]), """{"user":"a","streams":[{"stream":"a","recovered":false,"messages":[],"head":"e.1","confirmed":"e.0","more":true,"reason":"trimmed"}]}""" },
        { new ReadRequest("a"), """{"stream":"a"}""" },
        { new ReadRequest("a", "e.1", "e.9", "bob", 5), """{"stream":"a","after":"e.1","before":"e.9","with":"bob","limit":5}""" },
        { new ReadAnswer([], true), """{"messages":[],"more":true}""" },
        { new ConfirmRequest("a", "e.1"), """{"stream":"a","position":"e.1"}""" },
        { new ConfirmAnswer("e.1"), """{"position":"e.1"}""" },
        { new ConversationsRequest(), "{}" },
        { new ConversationsRequest(5, "bob"), """{"limit":5,"before":"bob"}""" },
        { new ConversationsAnswer([new(null, "#r", null, 0, "e.1")], true), """{"conversations":[{"room":"#r","unread":0,"read":"e.1"}],"more":true}""" },
        { new ConversationsAnswer([new("bob", null, Sample.Message("bob", "hi"), 2, "e.0")], false), """{"conversations":[{"with":"bob","last":{"stream":"bob","offset":7,"position":"e.7","id":"1","from":"alice","to":"bob","content":"hi","sentAt":"2026-11-23T05:12:29.120Z"},"unread":2,"read":"e.0"}],"more":false}""" },
        { new MarkReadRequest("bob", null, "e.1"), """{"with":"bob","position":"e.1"}""" },
        { new MarkReadAnswer("e.1"), """{"read":"e.1"}""" },
        { new ReadMark(null, "#r", "e.1"), """{"room":"#r","position":"e.1"}""" },
        { new RoomRequest("#r"), """{"room":"#r"}""" },
        { new JoinAnswer("#r", "e.1"), """{"room":"#r","head":"e.1"}""" },
        { new LeaveAnswer("#r"), """{"room":"#r"}""" },
        { new TopicRequest("$t"), """{"topic":"$t"}""" },
        { new UnsubscribeAnswer("$t"), """{"topic":"$t"}""" },
        { new RefreshRequest("a.b.c"), """{"token":"a.b.c"}""" },
        { new RefreshAnswer(DateTimeOffset.UnixEpoch), """{"expiresAt":"1970-01-01T00:00:00.000Z"}""" },
        { new PushRequest("bob", "hi"), """{"to":"bob","content":"hi"}""" },
        { new PushRequest("bob", "hi", "shop", "k"), """{"to":"bob","content":"hi","from":"shop","id":"k"}""" },
        { new Problem("c", "t", 400, "d"), """{"code":"c","title":"t","status":400,"detail":"d"}""" },
        { new TopicReceipt(7, 2), """{"version":7,"subscribers":2}""" },
        { new ConnectionsAnswer([new("c", "raw", DateTimeOffset.UnixEpoch, "::1", 5)]), """{"connections":[{"id":"c","kind":"raw","since":"1970-01-01T00:00:00.000Z","address":"::1","queuedBytes":5}]}""" },
    };

    [Theory, MemberData(nameof(Contracts))]
    public void Contract_RoundTripsUnderBothOptions(object contract, string json)
    {
        foreach (var options in (JsonSerializerOptions[])[ChatJson.Default.Options, Hub])
        {
            JsonSerializer.Serialize(contract, contract.GetType(), options).Should().Be(json);
            JsonSerializer.Deserialize(json, contract.GetType(), options).Should().BeEquivalentTo(contract);
        }
    }

    [Fact]
    public void TopicValue_RoundTripsUnderBothOptions()
    {
        const string json = """{"topic":"$t","value":{"A":[1.50,null,"a"]},"version":7,"publishedAt":"1970-01-01T00:00:00.000Z"}""";
        foreach (var options in (JsonSerializerOptions[])[ChatJson.Default.Options, Hub])
        {
            var value = JsonSerializer.Deserialize<TopicValue>(json, options)!;
            value.Value.GetProperty("A").GetArrayLength().Should().Be(3);
            JsonSerializer.Serialize(value, options).Should().Be(json);
        }
    }

    [Fact]
    public void EveryTypeOfAHubCall_IsInTheContext()
    {
        var methods = typeof(IChatHub).GetMethods().Concat(typeof(IChatClient).GetMethods()).ToList();
        var types = methods.SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType)
            .Concat(methods.SelectMany(method => method.ReturnType.GetGenericArguments())).ToHashSet();
        types.Should().OnlyContain(type => ((IJsonTypeInfoResolver)ChatJson.Default).GetTypeInfo(type, Hub) != null);
        Contracts.Cast<object[]>().Select(row => row[0].GetType()).Append(typeof(TopicValue)).Should().Contain(types);
    }

    [Theory]
    [InlineData("2026-11-23T05:12:29.1239999Z", "2026-11-23T05:12:29.123Z")]
    [InlineData("2026-11-23T05:12:29+05:30", "2026-11-22T23:42:29.000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z")]
    public void Times_AreUtcWithThreeDecimals(string time, string written)
    {
        var message = Sample.Message("bob", "hi") with { SentAt = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) };
        JsonSerializer.Serialize(message, Hub).Should().Contain($"\"sentAt\":\"{written}\"");
    }

    [Fact]
    public void UnknownProperties_AreIgnoredAndAbsentOnesAreNull()
    {
        foreach (var options in (JsonSerializerOptions[])[ChatJson.Default.Options, Hub])
        {
            JsonSerializer.Deserialize<SendRequest>("""{"later":{"x":[1]},"to":"bob","from":"mallory"}""", options).Should().Be(new SendRequest("bob", null));
            JsonSerializer.Deserialize<ReadRequest>("{}", options).Should().Be(new ReadRequest(null));
            JsonSerializer.Deserialize<ResumeRequest>("""{"positions":{"a":null}}""", options)!.Positions.Should().ContainKey("a").WhoseValue.Should().BeNull();
        }
    }
}
