using Microsoft.IdentityModel.Tokens;

namespace Chat.Server.Identity;

/// <summary>The issuer, audience and keys that <c>dotnet user-jwts</c> writes into the settings of a project. In Development only.</summary>
internal sealed class DevelopmentTokens(IConfiguration configuration, IHostEnvironment environment)
{
    private readonly IConfigurationSection section = configuration.GetSection("Authentication:Schemes:Bearer");

    public bool Exist => environment.IsDevelopment() && Keys.Any();

    private IEnumerable<SecurityKey> Keys =>
        from key in section.GetSection("SigningKeys").GetChildren()
        where key["Issuer"] == section["ValidIssuer"] && key["Value"] is { Length: > 0 }
        select new SymmetricSecurityKey(Convert.FromBase64String(key["Value"]!));

    public void Configure(TokenValidationParameters parameters)
    {
        parameters.IssuerSigningKeys = [.. Keys];
        parameters.ValidIssuer = section["ValidIssuer"];
        parameters.ValidAudiences = [.. section.GetSection("ValidAudiences").GetChildren().Select(audience => audience.Value!)];
        parameters.ValidAlgorithms = [SecurityAlgorithms.HmacSha256];
    }
}
