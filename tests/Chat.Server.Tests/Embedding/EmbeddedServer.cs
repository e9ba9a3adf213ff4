using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Chat.Server.Tests.Running;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chat.Server.Tests.Embedding;

/// <summary>An application with an authentication of its own that embeds the library. It uses none of the add-ons.</summary>
internal sealed class EmbeddedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CapturedLog log;

    private EmbeddedServer(WebApplication app, CapturedLog log) => (this.app, this.log) = (app, log);

    public Uri Address => new(app.Urls.Single());

    public IServiceProvider Services => app.Services;

    public string Database => Path.Combine(app.Environment.ContentRootPath, "data", "chat.db");

    public string LogText => log.ToString();

    /// <param name="configure">Configures the application before it is built.</param>
    /// <param name="map">Adds endpoints of the application.</param>
    /// <param name="pipeline">Adds the application's middleware, and calls <c>MapChat</c>.</param>
    /// <param name="identity">Makes the choices of <c>AddChat</c>.</param>
    public static async Task<EmbeddedServer> StartAsync(
        Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null,
        Action<WebApplication>? pipeline = null, Action<ChatBuilder>? identity = null)
    {
        var folder = Directory.CreateTempSubdirectory("chat-embedded-").FullName;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0" });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
#pragma warning disable CA2000 // disposed with the application
        var log = new CapturedLog();
#pragma warning restore CA2000
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, TestAuthentication>("Test", null);
        builder.Services.AddAuthorization();
        configure?.Invoke(builder);
        builder.AddChat(identity ?? (chat => chat.UseApplicationIdentity()));
        var app = builder.Build();
        (pipeline ?? UseDefaults)(app);
        map?.Invoke(app);
        await app.StartAsync();
        return new EmbeddedServer(app, log);
    }

    public HttpClient Http() => new() { BaseAddress = Address };

    public Task<HubClient> HubAsync(string user, DateTimeOffset? expiresAt = null) =>
        HubClient.ConnectAsync(Address, "", log: log.ToString, token: () => TestAuthentication.Token(user, expiresAt));

    public Task<RawClient> RawAsync(string? user, string? origin = null, DateTimeOffset? expiresAt = null) =>
        RawClient.ConnectAsync(Address, log: log.ToString, headers: [.. Headers(user, origin, expiresAt)]);

    public async ValueTask DisposeAsync()
    {
        var folder = app.Environment.ContentRootPath;
        await Wait.ForAsync(app.StopAsync(), "The application's end", log.ToString);
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static void UseDefaults(WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapChat();
    }

    private static IEnumerable<(string, string)> Headers(string? user, string? origin, DateTimeOffset? expiresAt)
    {
        if (user is not null)
            yield return ("Authorization", $"Bearer {TestAuthentication.Token(user, expiresAt)}");
        if (origin is not null)
            yield return ("Origin", origin);
    }

    /// <summary>Signs in the user that a bearer token or a cookie names.</summary>
    internal sealed class TestAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        private const string Prefix = "Bearer ";

        public static string Token(string user, DateTimeOffset? expiresAt = null) =>
            string.Create(CultureInfo.InvariantCulture, $"{Uri.EscapeDataString(user)}~{expiresAt?.ToUnixTimeSeconds()}");

        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var token = Request.Headers.Authorization.ToString() is { Length: > 0 } header && header.StartsWith(Prefix, StringComparison.Ordinal)
                ? header[Prefix.Length..]
                : Request.Cookies["session"];
            if (token?.Split('~') is not [var user, var expiry])
                return Task.FromResult(AuthenticateResult.NoResult());
            if (expiry is not "" && DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiry, CultureInfo.InvariantCulture)) <= TimeProvider.GetUtcNow())
                return Task.FromResult(AuthenticateResult.Fail("The token has expired."));
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, Uri.UnescapeDataString(user)), new Claim("department", "sales")], Scheme.Name);
            var properties = new AuthenticationProperties
            {
                ExpiresUtc = expiry is "" ? null : DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiry, CultureInfo.InvariantCulture)),
            };
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme.Name)));
        }
    }
}
