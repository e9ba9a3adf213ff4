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
}

internal enum IdentityMode
{
    /// <summary>The caller is who it says.</summary>
    Claimed,

    /// <summary>The caller is the subject of the token that it presents.</summary>
    Jwt,
}

[OptionsValidator]
internal sealed partial class IdentityOptionsValidator : IValidateOptions<IdentityOptions>;
