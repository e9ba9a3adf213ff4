using System.Net;
using System.Net.Http.Json;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

/// <summary>samples/Embedded: an application with its own sign-in, hub, health check, OpenAPI document and limits, and the chat server in its process.</summary>
public sealed class EmbeddedTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Project = "samples/Embedded";

    private readonly ServerProcess shop = new(new() { ["ASPNETCORE_WEBROOT"] = Path.Combine(Repository.Root, Project, "wwwroot") })
    {
        Program = Repository.Program(Project, "Embedded"),
    };

    public Task InitializeAsync() => shop.StartAsync();

    public async Task DisposeAsync()
    {
        output.WriteLine(shop.Output);
        await shop.DisposeAsync();
    }

    [Fact]
    public async Task SignedInCustomers_ChatAndReceiveOrderMessages()
    {
        await using var context = await browser.Chromium.NewContextAsync();
        await using var other = await browser.Chromium.NewContextAsync();
        var alice = await SignInAsync(context, "alice");
        var bob = await SignInAsync(other, "bob");

        await alice.GetByText("Order", new() { Exact = true }).ClickAsync();
        await Expect(alice.Locator("#messages li")).ToContainTextAsync(["shop:Order "]);
        await bob.GetByLabel("To").FillAsync("alice");
        await bob.GetByLabel("Message").FillAsync("hi: there");
        await bob.GetByText("Send", new() { Exact = true }).ClickAsync();
        await Expect(alice.Locator("#messages li").Nth(1)).ToHaveTextAsync("bob:hi: there");

        await alice.GetByText("Sign out").ClickAsync();
        await Expect(alice.GetByRole(Microsoft.Playwright.AriaRole.Status)).ToContainTextAsync("Closed (");
        await Expect(bob.GetByRole(Microsoft.Playwright.AriaRole.Status)).ToHaveTextAsync("Connected.");
    }

    [Fact]
    public async Task PartsOfTheApplication_StayItsOwn()
    {
        using var http = new HttpClient { BaseAddress = shop.Address };
        (await http.GetStringAsync("/health")).Should().Be("Healthy");
        var document = await http.GetStringAsync("/openapi/v1.json");
        document.Should().Contain("/orders").And.NotContain("/api/v1");
        using (var order = await http.PostAsJsonAsync("/orders", new { number = "1" }))
            order.StatusCode.Should().Be(HttpStatusCode.Unauthorized, because: "the application asks for its own cookie");
        using (var large = await http.PostAsync("/sign-in", new ByteArrayContent(new byte[100_000]) { Headers = { { "Content-Type", "application/json" } } }))
            large.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge, because: "the limit of the application holds");
        await using var stock = new HubConnectionBuilder().WithUrl(new Uri(shop.Address, "/stock")).Build();
        await stock.StartAsync();
        (await stock.InvokeAsync<int>("Count", "pen")).Should().Be(12);
        using var metrics = await http.GetAsync("/metrics");
        metrics.StatusCode.Should().Be(HttpStatusCode.NotFound, because: "the library adds no path of its own choice");
    }

    private async Task<Microsoft.Playwright.IPage> SignInAsync(Microsoft.Playwright.IBrowserContext context, string name)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(shop.Address.ToString());
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByText("Sign in", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Status)).ToHaveTextAsync("Connected.");
        return page;
    }
}
