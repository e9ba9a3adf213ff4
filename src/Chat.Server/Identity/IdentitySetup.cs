using Chat.Server.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Identity;

internal static partial class IdentitySetup
{
    /// <summary>The scheme of the hub and the raw endpoint in every mode. They name it explicitly, because the application may have a default
    /// scheme of its own.</summary>
    public const string SchemeName = "Chat.User";

    public static void AddIdentity(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<IdentityOptions, IdentityOptionsValidator>(IdentityOptions.SectionName);
        services.AddSingleton<IValidateOptions<IdentityOptions>, ApplicationModeValidator>();
        services.AddSettings<JwtOptions>(JwtOptions.SectionName);
        services.AddSingleton<IValidateOptions<JwtOptions>, JwtOptionsValidator>();
        services.TryAddSingleton<DevelopmentTokens>();
        services.TryAddSingleton<UserTokens>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtAuthentication>();
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, JwtBearerPostConfigureOptions>();
        if (builder.Environment.IsDevelopment())
            services.PostConfigure<IdentityOptions>(identity => identity.Mode ??= IdentityMode.Claimed);
        // AddAuthentication would add data protection, which keeps keys on the disk. The server has no cookies.
        services.AddAuthenticationCore().AddWebEncoders();
        services.AddSingleton<IPostConfigureOptions<AuthenticationOptions>, ChatSchemes>();
        services.AddAuthorization();
        // Two lines for each refused caller. The metric chat_refused_total counts them.
        foreach (var handler in (Type[])[typeof(ClaimedAuthentication), typeof(ApplicationAuthentication)])
            builder.Logging.AddFilter(handler.FullName, LogLevel.Warning);
        services.TryAddSingleton<Operators>();
    }

    /// <summary>Warns outside Development that user ids are not verified.</summary>
    public static void WarnOfClaimedMode(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment() && app.Services.GetRequiredService<IOptions<IdentityOptions>>().Value.Mode == IdentityMode.Claimed)
            LogClaims(app.Logger);
    }

    [LoggerMessage(1, LogLevel.Warning, "Chat:Identity:Mode is Claimed: every client can name any user. Keep this server on a trusted network, or set the mode to Jwt.")]
    private static partial void LogClaims(ILogger logger);

    /// <summary>Adds the schemes of the server. The application's default scheme stays as it is.</summary>
    private sealed class ChatSchemes(IOptions<IdentityOptions> identity) : IPostConfigureOptions<AuthenticationOptions>
    {
        public void PostConfigure(string? name, AuthenticationOptions options)
        {
            // ASP.NET Core uses the only scheme as the default.
            if (options.DefaultScheme is null && options.Schemes.ToList() is [var only])
                options.DefaultScheme = only.Name;
            switch (identity.Value.Mode)
            {
                case IdentityMode.Claimed:
                    options.AddScheme<ClaimedAuthentication>(SchemeName, null);
                    break;
                case IdentityMode.Jwt:
                    options.AddScheme<JwtBearerHandler>(SchemeName, null);
                    break;
                case IdentityMode.Application:
                    options.AddScheme<ApplicationAuthentication>(SchemeName, null);
                    break;
            }
        }
    }
}
