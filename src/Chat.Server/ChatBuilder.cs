using System.Security.Claims;
using Chat.Server.Identity;

namespace Chat.Server;

/// <summary>Choices that an application makes in code when it adds the chat server.</summary>
public sealed class ChatBuilder
{
    private readonly IServiceCollection services;

    internal ChatBuilder(IServiceCollection services) => this.services = services;

    /// <summary>Takes the users that the application's own authentication signs in, instead of <c>Chat:Identity:Mode</c>.</summary>
    /// <remarks>Without the header <c>Origin</c>, a negotiate, send, delete or WebSocket then needs the header <c>Authorization</c>; a poll or event
    /// stream does not. A connection ends when the application's ticket ends; <see cref="IChatPublisher.CloseConnectionsAsync"/> ends it when the user
    /// signs out. Raw frames must name the same user. API keys work as in <c>Jwt</c> mode.</remarks>
    /// <param name="claimType">The claim that holds the user id. A user whose claim is not a valid user id is answered 403.</param>
    public ChatBuilder UseApplicationIdentity(string claimType = ClaimTypes.NameIdentifier)
    {
        ArgumentException.ThrowIfNullOrEmpty(claimType);
        services.PostConfigure<IdentityOptions>(identity => (identity.Mode, identity.UserClaim) = (IdentityMode.Application, claimType));
        return this;
    }
}
