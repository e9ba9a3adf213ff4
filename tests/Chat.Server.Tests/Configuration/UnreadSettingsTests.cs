using System.Text.RegularExpressions;
using Chat.Server.Configuration;
using Chat.Server.Tests.Push;
using Chat.Server.Tests.Running;
using Chat.Server.Tests.Samples;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Server.Tests.Configuration;

/// <summary>The server reports settings that it does not read.</summary>
[Trait("Duration", "Long")]
public sealed partial class UnreadSettingsTests
{
    private const string Secret = "sEcReT";

    [Theory]
    [InlineData("Chat:Messaging:RetentionDay", "Chat:Messaging:RetentionDays")]
    [InlineData("Chat:Limits:ConectionsPerAddress", "Chat:Limits:ConnectionsPerAddress")]
    [InlineData("Chat:Limit:SendTimeout", "Chat:Limits:SendTimeout")]
    [InlineData("Chat:RetentionDays", "Chat:Messaging:RetentionDays")]
    [InlineData("Chat:Identity:SigningKey", "Chat:Identity:Jwt:SigningKey")]
    [InlineData("Chat:Identity:Jwt:SigningKeys:0", "Chat:Identity:Jwt:SigningKey")]
    [InlineData("Chat:Messaging:RetentionDays:0", "Chat:Messaging:RetentionDays")]
    [InlineData("Chat:Origin:3", "Chat:Origins:3")]
    [InlineData("Chat:Push:ApiKeys:0:Scope:1", "Chat:Push:ApiKeys:0:Scopes:0")]
    [InlineData("Chat:Push:ApiKeys:0:sha265", "Chat:Push:ApiKeys:0:Sha256")]
    [InlineData("Chat:Push:ApiKeys:0:Name:First", "Chat:Push:ApiKeys:0:Name")]
    [InlineData("Chat:Push:ApiKeys:0", "Chat:Push:ApiKeys:0:Name")]
    [InlineData("chat:limits:connectionsperusr", "Chat:Limits:ConnectionsPerUser")]
    public async Task UnreadSetting_IsNamedOnceWithTheNearestAndWithoutItsValue(string key, string nearest)
    {
        await using var server = await TestServer.StartAsync(new(Keys.Settings(("k", "shop", ["push"]))) { [key] = Secret });
        var lines = server.LogText.Split('\n').Where(line => line.Contains("does not read", StringComparison.Ordinal)).ToList();
        var line = lines.Should().ContainSingle().Which;
        line.Should().StartWith("Warning ").And.Contain($"The nearest setting is {nearest}.");
        line.Should().ContainEquivalentOf($"does not read the setting {key}. ");
        server.LogText.Should().NotContain(Secret);
    }

    [Theory]
    [InlineData("Chat")]
    [InlineData("Chat:Limits")]
    public async Task SectionWithAValue_IsNamed(string key)
    {
        await using var server = await TestServer.StartAsync(new() { [key] = Secret });
        await server.LoggedAsync("Warning", $"does not read the setting {key}. ");
        server.LogText.Should().NotContain(Secret);
    }

    [Fact]
    public async Task EverySettingOfTheTable_IsRead()
    {
        var keys = Setting().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "docs", "operations.md"))).Select(row => row.Groups[1].Value).ToList();
        keys.Should().HaveCountGreaterThan(30);
        await using var server = await TestServer.StartAsync();
        var known = new KnownSettings(server.Services.GetServices<SettingsSection>());
        known.Keys.Should().BeEquivalentTo(keys);
        var written = new ConfigurationBuilder().AddInMemoryCollection(keys.Select(key => KeyValuePair.Create(key.ToLowerInvariant(), (string?)"x"))).Build();
        known.Unread(written).Should().BeEmpty();
    }

    [Fact]
    public async Task SettingsOfEveryFeature_AreKnown()
    {
        await using var server = await TestServer.StartAsync(Keys.Settings(("k", "shop", ["push"])));
        server.Services.GetServices<SettingsSection>().Select(section => section.Options).Should().BeEquivalentTo(
            typeof(ChatSetup).Assembly.GetTypes().Where(type => type.GetField("SectionName") is not null));
        server.LogText.Should().NotContain("does not read");
    }

    [Fact]
    public async Task SettingsOutsideTheServersSection_AreNotReported()
    {
        await using var server = await TestServer.StartAsync(new() { ["Shop:Messaging:RetentionDay"] = "1", ["Chatter:Origin"] = "x" });
        server.LogText.Should().NotContain("does not read");
    }

    [Fact]
    public async Task StartThatFails_NamesUnreadSettingsToo()
    {
        await using var server = new ServerProcess(new() { ["Chat:Identity:Mode"] = "", ["Chat:Identity:Mod"] = Secret });
        (await server.RunAsync()).Should().Be(1);
        server.Output.Should().Contain("Chat:Identity:Mode = '': It is not set.")
            .And.Contain("Chat:Identity:Mod: the server does not read it. The nearest setting is Chat:Identity:Mode.")
            .And.NotContain(Secret);
    }

    [Theory]
    [InlineData("Chat:KnownProxies", "127.0.0.1", "Write Chat__KnownProxies__0=127.0.0.1, or")]
    [InlineData("Chat:KnownProxies", "127.0.0.1, 10.0.0.0/8", "Write Chat__KnownProxies__0=127.0.0.1 and Chat__KnownProxies__1=10.0.0.0/8, or")]
    [InlineData("Chat:Origins", "https://a.example", "Write Chat__Origins__0=https://a.example, or")]
    public async Task ValueInsteadOfAList_StopsTheStartWithTheLineToWrite(string key, string value, string remedy)
    {
        var lines = await TestServer.RefusalAsync(new() { [key] = value });
        lines.Should().ContainSingle().Which.Should().StartWith($"{key} = '{value}': it is a list. {remedy}");
    }

    [Fact]
    public async Task ValueInsteadOfScopes_StopsTheStartWithTheLineToWrite()
    {
        var settings = Keys.Settings(("k", "shop", ["push"])).Where(setting => !setting.Key.Contains("Scopes", StringComparison.Ordinal)).ToDictionary();
        var lines = await TestServer.RefusalAsync(new(settings) { ["Chat:Push:ApiKeys:0:Scopes"] = "push" });
        lines.Should().ContainMatch("*Chat:Push:ApiKeys:0:Scopes = 'push': it is a list. Write Chat__Push__ApiKeys__0__Scopes__0=push, or*");
    }

    [Fact]
    public async Task ValueInsteadOfApiKeys_StopsTheStartAndIsNotShown()
    {
        var lines = await TestServer.RefusalAsync(new() { ["Chat:Push:ApiKeys"] = Secret });
        lines.Should().ContainSingle().Which.Should().StartWith("Chat:Push:ApiKeys: it is a list. Write ")
            .And.Contain("Chat__Push__ApiKeys__0__Name=").And.Contain("Chat__Push__ApiKeys__0__Sha256=").And.Contain("Chat__Push__ApiKeys__0__Scopes__0=")
            .And.NotContain(Secret);
    }

    [Theory]
    [InlineData("""{"Chat":{"Origins":[],"KnownProxies":[],"Push":{"ApiKeys":[]}}}""")]
    [InlineData("""{"Chat":{"Origins":null,"Limits":{}}}""")]
    public async Task EmptyList_CountsAsUnset(string json)
    {
        await using var server = new ServerProcess();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "appsettings.json"), json);
        await server.StartAsync();
        server.Output.Should().NotContain("does not read");
    }

    [GeneratedRegex(@"^\| `(Chat:[\w:]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
