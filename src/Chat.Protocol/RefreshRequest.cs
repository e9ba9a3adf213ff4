using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>A new token for the same user on the same connection.</summary>
/// <param name="Token">The token.</param>
public sealed record RefreshRequest(string? Token)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => nameof(RefreshRequest);
}

/// <summary>How long the connection may go on.</summary>
/// <param name="ExpiresAt">When the new token expires.</param>
public sealed record RefreshAnswer([property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset ExpiresAt);
