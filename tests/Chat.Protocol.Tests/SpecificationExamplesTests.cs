using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Chat.Protocol.Tests;

/// <summary>The contracts read and write the examples of the specification exactly.</summary>
public sealed class SpecificationExamplesTests
{
    private static readonly JsonSerializerOptions Exact = new(ChatJson.Default.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    [Fact]
    public void ExampleMessagesAndNotices_MatchTheContracts()
    {
        var arguments = HubMessages("< ").Where(message => (int)message["type"]! == 1).Select(message => ((string)message["target"]!, message["arguments"]![0]!)).ToList();
        arguments.Should().HaveCountGreaterThan(2);
        foreach (var (target, argument) in arguments)
            ShouldBe(Argument(typeof(IChatClient), target), argument);
        ShouldBe(typeof(Message), Line("{\"stream\""));
        ShouldBe(typeof(ServerStats), Line("{\"connections\""));
    }

    [Fact]
    public void ExampleCallsAndAnswers_MatchTheContracts()
    {
        string call = "", refused = "";
        var tried = new HashSet<string>();
        foreach (var message in HubMessages(""))
        {
            if (message["invocationId"] is null)
                continue;
            if ((string?)message["target"] is { } target)
                ShouldBe(Argument(typeof(IChatHub), call = target), message["arguments"]![0]!);
            else if (message["result"] is { } result)
                ShouldBe(typeof(IChatHub).GetMethod(call)!.ReturnType.GetGenericArguments()[0], result);
            else
                refused += ChatError.FromHubError((string)message["error"]!)!.Value.Error.Code;
            tried.Add(call);
        }
        tried.Should().BeEquivalentTo(typeof(IChatHub).GetMethods().Select(method => method.Name));
        refused.Should().Be("key_conflict");
    }

    [Fact]
    public void ExampleErrorFrames_MatchTheErrors()
    {
        var frames = Specification.Lines.Where(line => line.StartsWith("< system:error ", StringComparison.Ordinal)).Select(line => line[2..]).ToList();
        var general = ChatError.All.Select(error => new ColonHubProtocol("system").ErrorFrame(error, error.Text)).ToList();
        frames.Should().NotBeEmpty().And.OnlyContain(frame => general.Any(text => frame.StartsWith(text, StringComparison.Ordinal)));
    }

    private static JsonNode Line(string start) => JsonNode.Parse(Specification.Lines.First(line => line.StartsWith(start, StringComparison.Ordinal)))!;

    private static IEnumerable<JsonNode> HubMessages(string direction) => Specification.Lines
        .Where(line => line.EndsWith('␞') && line.StartsWith(direction, StringComparison.Ordinal))
        .Select(line => JsonNode.Parse(line[2..^1])!)
        .Where(message => message["type"] is not null);

    private static Type Argument(Type hub, string method) => hub.GetMethod(method)!.GetParameters().Single().ParameterType;

    private static void ShouldBe(Type contract, JsonNode example) =>
        JsonSerializer.Serialize(example.Deserialize(contract, Exact), contract, Exact).Should().Be(example.ToJsonString());
}
