using Chat.Server.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Identity;

internal static partial class IdentitySetup
{
    /// <summary>How callers of the hub and the raw endpoint are known, whatever the mode. It is asked for by name: the application that the
    /// server is part of may have a way of its own for everything else.</summary>
    public const string SchemeName = "Chat";

    public static void AddIdentity(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<IdentityOptions, IdentityOptionsValidator>(IdentityOptions.SectionName);
        services.AddSettings<JwtOptions>(JwtOptions.SectionName);
        services.AddSingleton<IValidateOptions<JwtOptions>, JwtOptionsValidator>();
        services.TryAddSingleton<DevelopmentTokens>();
        services.TryAddSingleton<UserTokens>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtAuthentication>();
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, JwtBearerPostConfigureOptions>();
        if (builder.Environment.IsDevelopment())
            services.PostConfigure<IdentityOptions>(identity => identity.Mode ??= IdentityMode.Claimed);
        // The core is enough: cookies, which need keys on the disk, are nothing that is used here.
        services.AddAuthenticationCore().AddWebEncoders();
        services.AddSingleton<IConfigureOptions<AuthenticationOptions>, SchemeOfMode>();
        services.AddAuthorization();
        // Two lines for each caller that is refused, whom refusals count.
        builder.Logging.AddFilter(typeof(ClaimedAuthentication).FullName, LogLevel.Warning);
        services.TryAddSingleton<Operators>();
    }

    /// <summary>Says once what it means to believe everybody, where that is not for a developer alone.</summary>
    public static void WarnOfClaims(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment() && app.Services.GetRequiredService<IOptions<IdentityOptions>>().Value.Mode == IdentityMode.Claimed)
            LogClaims(app.Logger);
    }

    [LoggerMessage(1, LogLevel.Warning, "Chat:Identity:Mode is Claimed: everybody is believed to be who they say. Keep this server on a trusted network, or set the mode to Jwt.")]
    private static partial void LogClaims(ILogger logger);

    /// <summary>The one place where a mode becomes a way to authenticate.</summary>
    private sealed class SchemeOfMode(IOptions<IdentityOptions> identity) : IConfigureOptions<AuthenticationOptions>
    {
        public void Configure(AuthenticationOptions options)
        {
            switch (identity.Value.Mode)
            {
                case IdentityMode.Claimed:
                    options.AddScheme<ClaimedAuthentication>(SchemeName, null);
                    break;
                case IdentityMode.Jwt:
                    options.AddScheme<JwtBearerHandler>(SchemeName, null);
                    break;
            }
        }
    }
}
