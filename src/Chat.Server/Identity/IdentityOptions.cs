using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Identity;

/// <summary>How the server knows who is calling.</summary>
internal sealed class IdentityOptions
{
    public const string SectionName = "Chat:Identity";

    /// <summary>Unset means <see cref="IdentityMode.Claimed"/> in Development, and no start elsewhere: to believe anybody must be a decision.</summary>
    [Required(ErrorMessage = "It is not set. Set it to Jwt (a signed token says who calls), or to Claimed (everybody is believed to be who they say: for trusted networks only).")]
    public IdentityMode? Mode { get; set; }

    /// <summary>The claim that holds the user id in <see cref="IdentityMode.Application"/> mode. The application sets it in code; no setting.</summary>
    internal string? UserClaim { get; set; }
}

internal enum IdentityMode
{
    /// <summary>The caller is who it says.</summary>
    Claimed,

    /// <summary>The caller is the subject of the token that it presents.</summary>
    Jwt,

    /// <summary>The caller is the user that the application has authenticated. Chosen in code: <see cref="ChatBuilder.UseApplicationIdentity"/>.</summary>
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
