using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Identity;

/// <summary>The way in which the server authenticates callers.</summary>
internal sealed class IdentityOptions
{
    public const string SectionName = "Chat:Identity";

    /// <summary>Unset means <see cref="IdentityMode.Claimed"/> in Development. Elsewhere the server does not start: unverified user ids must be a decision.</summary>
    [Required(ErrorMessage = "It is not set. Set it to Jwt (a signed token names the user), or to Claimed (the client names its user unverified: for trusted networks only).")]
    public IdentityMode? Mode { get; set; }

    /// <summary>The claim that holds the user id in <see cref="IdentityMode.Application"/> mode. The application sets it in code; no setting.</summary>
    internal string? UserClaim { get; set; }
}

internal enum IdentityMode
{
    /// <summary>The client names its user. The server does not verify it.</summary>
    Claimed,

    /// <summary>The user is the subject of a signed token.</summary>
    Jwt,

    /// <summary>The user is the one that the application has authenticated. Set in code: <see cref="ChatBuilder.UseApplicationIdentity"/>.</summary>
    Application,
}

[OptionsValidator]
internal sealed partial class IdentityOptionsValidator : IValidateOptions<IdentityOptions>;

/// <summary>Refuses a mode that only the application's code can choose.</summary>
internal sealed class ApplicationModeValidator : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options) => options is { Mode: IdentityMode.Application, UserClaim: null }
        ? ValidateOptionsResult.Fail($"{IdentityOptions.SectionName}:{nameof(options.Mode)} = 'Application': an application chooses this in code, AddChat(chat => chat.UseApplicationIdentity()). Set Jwt or Claimed.")
        : ValidateOptionsResult.Success;
}
