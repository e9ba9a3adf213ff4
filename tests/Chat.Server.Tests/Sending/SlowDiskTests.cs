using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Sending;

/// <summary>A disk with slow commits, as a hard disk has.</summary>
public sealed class SlowDiskTests
{
    [Fact]
    public async Task BatchAfterSingleMessages_IsAcceptedWhole()
    {
        await using var server = new ServerProcess(
            new(Keys.Settings(("k", "shop", ["push"]))) { ["Chat:Storage:LongestWait"] = "00:00:02" },
            ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_exit=25ms"]);
        await server.StartAsync();
        using var http = Keys.Client(server.Address, "k");
        for (var i = 0; i < 40; i++)
            (await http.PostAsJsonAsync("/api/v1/messages", new { to = "alice", content = $"{i}" })).StatusCode.Should().Be(HttpStatusCode.Created);

        // The largest batch that the API accepts.
        using var answer = await http.PostAsJsonAsync("/api/v1/messages/batch", new { messages = Enumerable.Range(0, 1000).Select(i => new { to = "alice", content = $"b{i}" }) });

        var results = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["results"]!.AsArray();
        results.Should().HaveCount(1000).And.OnlyContain(result => result!["code"] == null, because: "one or two commits hold them all");
    }
}
