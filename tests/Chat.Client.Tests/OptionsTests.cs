namespace Chat.Client.Tests;

/// <summary>The constructor refuses invalid options.</summary>
public sealed class OptionsTests
{
    private static readonly ChatClientOptions Good = new() { Server = new Uri("http://localhost:5000"), User = "alice" };

    [Theory]
    [InlineData(-5)]
    [InlineData(501)]
    public void InvalidFirstMessages_AreRefused(int count) => Refused(Good with { FirstMessages = count }, nameof(ChatClientOptions.FirstMessages));

    [Theory]
    [InlineData("ws://localhost:5000")]
    [InlineData("localhost:5000")]
    [InlineData("/chat")]
    public void ServerWithoutHttp_IsRefused(string address) =>
        Refused(Good with { Server = new Uri(address, UriKind.RelativeOrAbsolute) }, nameof(ChatClientOptions.Server));

    [Theory]
    [InlineData("http://localhost:5000", 0)]
    [InlineData("https://chat.example/behind/a/proxy", 500)]
    [InlineData("HTTP://LOCALHOST", null)]
    public async Task ValidOptions_AreAccepted(string address, int? count)
    {
        await using var client = new ChatClient(Good with { Server = new Uri(address), FirstMessages = count });
        client.State.Should().Be(ConnectionState.Connecting);
    }

    private static void Refused(ChatClientOptions options, string name) =>
        options.Invoking(given => new ChatClient(given)).Should().Throw<ArgumentException>().WithMessage($"{name} *").WithParameterName(nameof(options));
}
