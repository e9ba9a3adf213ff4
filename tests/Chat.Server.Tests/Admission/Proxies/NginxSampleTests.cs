using System.Net;
using Chat.Protocol;
using Chat.Server.Tests.Identity;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Samples;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Admission.Proxies;

/// <summary>The program runs behind the configuration files of samples/nginx.</summary>
public sealed class NginxSampleTests
{
    [Theory]
    [InlineData("chat.conf", "")]
    [InlineData("chat-app.conf", "/chat-app")]
    public async Task Sample_ServesEveryTransportAndPageWithTokensOf8KiB(string file, string prefix)
    {
        await using var server = new ServerProcess(new(Tokens.Settings) { ["Chat:KnownProxies:0"] = "127.0.0.1" });
        await server.StartAsync();
        await using var nginx = await ProxyProcess.NginxSampleAsync(server.Address, await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "samples", "nginx", file)));
        var (token, own) = (Tokens.OfLength("alice", 8192), nginx.Address.GetLeftPart(UriPartial.Authority));

        // A page presents its token in the address, or in a cookie.
        await using var raw = await RawClient.ConnectAsync(nginx.Address, $"?access_token={token}", prefix + "/api/home/connect", log: Log, headers: [("Origin", own)]);
        await using var byCookie = await RawClient.ConnectAsync(nginx.Address, "", prefix + "/api/home/connect", log: Log, headers: [("Cookie", $"session={token}"), ("Origin", own)]);
        foreach (var transport in (HttpTransportType[])[HttpTransportType.WebSockets, HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling])
        {
            await using var hub = new HubConnectionBuilder().WithUrl(new Uri(nginx.Address, prefix + "/chat"), transport, options =>
            {
                options.AccessTokenProvider = () => Task.FromResult<string?>(token);
                options.Headers["Origin"] = own;
            }).AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default)).Build();
            var received = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
            hub.On<Message>(nameof(IChatClient.ReceiveMessage), message => received.TrySetResult(message));
            await Wait.ForAsync(hub.StartAsync(), $"The handshake by {transport}", Log);
            await Wait.ForAsync(hub.InvokeAsync<Receipt>(nameof(IChatHub.Send), new SendRequest("alice", $"by {transport}", null)), "The receipt", Log);
            (await Wait.ForAsync(received.Task, "The message", Log)).Content.Should().Be($"by {transport}");
            (await raw.ReceiveAsync()).Should().Be($"alice:by {transport}");
            (await byCookie.ReceiveAsync()).Should().Be($"alice:by {transport}");
        }
        using var http = new HttpClient { BaseAddress = nginx.Address };
        foreach (var path in (string[])["/", "/dashboard", "/dashboard/", "/raw", "/raw/raw.js", "/health/ready"])
        {
            using var page = await http.GetAsync(prefix + path);
            page.StatusCode.Should().Be(HttpStatusCode.OK, because: path);
            page.RequestMessage!.RequestUri!.AbsoluteUri.Should().StartWith(own + prefix + "/");
        }
        await Wait.UntilAsync(() => Task.FromResult(nginx.Output.Contains("GET /chat-app/health/ready") || nginx.Output.Contains("GET /health/ready")), "The access log");
        nginx.Output.Should().NotContain(token[..50], because: "the sample's access log holds no tokens");
        server.Output.Should().NotContain("dropped the Upgrade header").And.NotContain("was refused");

        string Log() => server.Output + nginx.Output;
    }
}
