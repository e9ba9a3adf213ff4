using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>Replaces the connection's token.</summary>
/// <param name="Token">A new token of the same user.</param>
public sealed record RefreshRequest(string? Token)
{
    /// <summary>Returns the type's name without the token, which must not reach a log.</summary>
    public override string ToString() => nameof(RefreshRequest);
}

/// <summary>The expiry of the new token.</summary>
/// <param name="ExpiresAt">The time in UTC. The connection ends 25 s later.</param>
public sealed record RefreshAnswer([property: JsonConverter(typeof(UtcMillisecondsConverter))] DateTimeOffset ExpiresAt);
