using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chat.Server.Tests.Push;

/// <summary>An application that embeds the server, and uses its public types only.</summary>
public sealed class InProcessTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("chat-app-").FullName;
    private WebApplication app = null!;

    private Uri Address => new(app.Urls.Single());
    private IChatPublisher Publisher => app.Services.GetRequiredService<IChatPublisher>();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0", ["Chat:Identity:Mode"] = "Claimed" });
        builder.Configuration.AddInMemoryCollection(NoLimits.Settings);
        builder.Logging.ClearProviders();
        builder.AddChat();
        app = builder.Build();
        app.MapChat();
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/own"),
            own => own.Use(next => context =>
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "carol")], "own"));
                return next(context);
            }));
        app.MapHub<OwnHub>("/own");
        app.MapGet("/", () => "the application's own page");
        app.MapGet("/me", (HttpContext context) => context.User.Identity?.IsAuthenticated == true ? "known" : "unknown");
        await app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Publisher_SendsMessagesAndValues()
    {
        await using var alice = await HubClient.ConnectAsync(Address, "alice");
        await alice.SubscribeAsync("$stats.sales");
        var receipt = await Publisher.SendAsync(new PushRequest("alice", "order 17", "shop", "order-17"));
        receipt.Should().BeEquivalentTo(new { Id = "order-17", Stream = "alice", Offset = 1, Duplicate = false, OnlineConnections = 1 });
        (await alice.ReceiveAsync()).Should().BeEquivalentTo(new { From = "shop", Content = "order 17" });
        (await Publisher.SendAsync(new PushRequest("alice", "order 17", "shop", "order-17"))).Duplicate.Should().BeTrue();
        (await Publisher.PublishAsync("$stats.sales", JsonElement.Parse("""{"today":5}"""))).Should().Be(new TopicReceipt(1, 1));
        (await alice.ReceiveValueAsync()).Value.GetProperty("today").GetInt32().Should().Be(5);
    }

    [Fact]
    public async Task PublisherCalls_TakeEffectInOrder()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Publisher.SendAsync(new PushRequest("carol", $"{i}", "shop"))));
        receipts.Select(receipt => receipt.Offset).Should().Equal(Enumerable.Range(1, 200).Select(i => (long)i));
        var values = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Publisher.PublishAsync("$order", JsonElement.Parse($"{i}"))));
        values.Select(receipt => receipt!.Version).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("alice", "x", null, "bad_user_id")]
    [InlineData("alice", "x", "a:b", "bad_user_id")]
    [InlineData("alice", "x", "system", "forbidden")]
    [InlineData("$a", "x", "shop", "bad_recipient")]
    [InlineData("alice", null, "shop", "bad_request")]
    public async Task InvalidPublisherCall_IsRefusedWithTheWiresCode(string to, string? content, string? from, string code) =>
        (await FluentActions.Awaiting(() => Publisher.SendAsync(new PushRequest(to, content, from))).Should().ThrowAsync<ChatException>()).Which.Error.Code.Should().Be(code);

    [Fact]
    public async Task OtherEndpoints_StayTheApplications()
    {
        using var http = new HttpClient { BaseAddress = Address };
        (await http.GetStringAsync(new Uri("/", UriKind.Relative))).Should().Be("the application's own page");
        (await http.GetStringAsync(new Uri("/me?userid=alice", UriKind.Relative))).Should().Be("unknown", because: "the server authenticates callers of its own endpoints only");
        (await http.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.NotFound, because: "the application did not ask for it");
    }

    [Fact]
    public void ContentRootOfTheApplication_Stays()
    {
        app.Environment.ContentRootPath.Should().Be(folder, because: "the application chose it, although it holds neither settings nor a log");
        File.Exists(Path.Combine(folder, "data", "chat.db")).Should().BeTrue();
    }

    [Fact]
    public async Task ApplicationHub_MayUseTheSameMethodNames()
    {
        await using var connection = new HubConnectionBuilder().WithUrl(new Uri(Address, "/own")).Build();
        var received = new TaskCompletionSource<(string?, string)>();
        connection.On<string?, string>("ReceiveMessage", (to, text) => received.TrySetResult((to, text)));
        await connection.StartAsync();
        await connection.InvokeAsync("Send", null, "hi");
        (await Wait.ForAsync(received.Task, "A message")).Should().Be((null, "carol: hi"));
    }

    private sealed class OwnHub : Hub
    {
        public Task Send(string? to, string text) => Clients.All.SendAsync("ReceiveMessage", to, $"{Context.UserIdentifier}: {text}");
    }
}
