using Chat.Server.Tests.Push;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Chat.Web.Tests;

public sealed class RoomTests(Browser browser, ITestOutputHelper output) : InBrowsers(browser, output)
{
    [Fact]
    public async Task SeveralPeopleTalkInARoom()
    {
        var (alice, bob, carol) = (await SignInAsync("alice"), await SignInAsync("bob"), await RawAsync("carol"));
        await carol.SendAsync("carol:#garden:");
        await carol.SendAsync("carol:#garden:who is here?");
        (await carol.ReceiveAsync()).Should().Be("#garden:carol:who is here?");
        await alice.WriteToAsync("#garden");
        await alice.ShowsAsync("who is here?");
        await bob.WriteToAsync("#garden");
        await bob.ShowsAsync("who is here?");
        await alice.SayAsync("alice: I am");
        await bob.ShowsAsync("who is here?", "alice: I am");
        await Expect(bob.Page.Locator("#messages .from")).ToHaveTextAsync(["carol", "alice"]);
        (await carol.ReceiveAsync()).Should().Be("#garden:alice:alice: I am");

        // One who looks elsewhere is told, and one who comes back has it all.
        await bob.WriteToAsync("alice");
        await alice.SayAsync("bob?");
        await Expect(bob.Entry("#garden").Locator(".unread")).ToHaveTextAsync("1");
        await bob.Page.ReloadAsync();
        await bob.IsSignedInAsync("bob");
        await bob.Entry("#garden").ClickAsync();
        await bob.ShowsAsync("who is here?", "alice: I am", "bob?");
        PageErrors.Should().BeEmpty(because: "nothing has gone wrong");
    }

    [Fact]
    public async Task WhoIsNotInARoomAnyMoreIsToldTheRestAllTheSame()
    {
        var person = await PersonAsync();
        var alice = await SignInAsync("alice", person);
        await alice.WriteToAsync("#garden");
        await alice.SayAsync("here");
        await alice.ShowsAsync("here");
        await (await RawAsync("bob")).SendAsync("bob:alice:hello");
        await alice.Entry("bob").ClickAsync();
        await alice.ShowsAsync("hello");
        using (var shop = Keys.Client(Server.Address, Key))
            (await shop.DeleteAsync(new Uri("/api/v1/rooms/garden/members/alice", UriKind.Relative))).EnsureSuccessStatusCode();

        // So that there is something to resume.
        Server.Kill();
        await alice.StateIsAsync("Reconnecting…");
        await person.SetOfflineAsync(true);
        await Server.StartAsync();
        var bob = await RawAsync("bob");
        await bob.SendAsync("bob:alice:are you there?");
        await bob.SendAsync("bob:bob:it is stored");
        (await bob.ReceiveAsync()).Should().Be("bob:it is stored");
        await person.SetOfflineAsync(false);
        await alice.ShowsAsync("hello", "are you there?");
    }

    [Fact]
    public async Task AFigureStaysCurrent()
    {
        using var shop = Keys.Client(Server.Address, Key);
        var alice = await SignInAsync("alice");
        await Expect(alice.Page.Locator("#figure")).ToBeHiddenAsync();
        foreach (var sold in (int[])[5, 6, 7])
        {
            using var answer = await shop.PutAsync(new Uri("/api/v1/topics/stats.sales", UriKind.Relative), new StringContent($$"""{"today":{{sold}}}"""));
            answer.EnsureSuccessStatusCode();
            await Expect(alice.Page.Locator("#figure")).ToHaveTextAsync($"stats.sales: today {sold}");
        }
        await alice.Page.ReloadAsync();
        await alice.IsSignedInAsync("alice");
        await Expect(alice.Page.Locator("#figure")).ToHaveTextAsync("stats.sales: today 7");
        PageErrors.Should().BeEmpty(because: "nothing has gone wrong");
    }

    [Fact]
    public async Task ARoomThatWasOpenedWithoutAConnectionIsEnteredWithTheNext()
    {
        var person = await PersonAsync();
        var (alice, bob) = (await SignInAsync("alice", person), await SignInAsync("bob"));
        await bob.WriteToAsync("#garden");
        await bob.SayAsync("who is here?");
        await bob.ShowsAsync("who is here?");
        await person.SetOfflineAsync(true);
        await alice.StateIsAsync("Reconnecting…");
        await alice.WriteToAsync("#garden");
        await alice.SayAsync("I am");
        await Expect(alice.Page.Locator("#notice-text")).ToHaveTextAsync("You will enter the room when the connection is back.");

        await person.SetOfflineAsync(false);
        await bob.ShowsAsync("who is here?", "I am");
        await alice.ShowsAsync("who is here?", "I am");
        await Expect(alice.Page.Locator("#notice")).ToBeHiddenAsync();
        PageErrors.Where(error => !error.Contains("ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal)).Should().BeEmpty(because: "nothing has gone wrong");
    }
}
