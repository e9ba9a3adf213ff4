using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chat.Protocol;
using Chat.Server.Messaging;
using Chat.Server.Rooms;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Chat.Server.Push;

/// <summary>Reads what a back end has sent.</summary>
internal static class Requests
{
    public static bool Has(this ClaimsPrincipal caller, string scope) => caller.HasClaim(ApiKeyAuthentication.ScopeClaim, scope);

    /// <summary>The room that the path names, without its <c>#</c>.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c>.</exception>
    public static string RoomOf(this HttpContext context) => RoomMembers.Require("#" + context.Segment("room"));

    /// <summary>The user that the path names.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c>, or <c>forbidden</c> for the server's own name.</exception>
    public static string UserOf(this HttpContext context, ReservedNames reserved) => reserved.RequireUser(context.Segment("user"), ChatError.BadRecipient);

    /// <summary>The body as JSON, whatever its type is said to be: <c>curl -d</c> says that it is a form.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    /// <exception cref="BadHttpRequestException">It is compressed (415), or too large (413).</exception>
    public static async Task<T> ReadAsync<T>(this HttpRequest request, JsonTypeInfo<T> type)
    {
        if (request.Headers.ContentEncoding is [{ } encoding, ..])
            throw new BadHttpRequestException($"A body is sent as it is, not as {encoding}.", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted) ?? throw NotAnObject();
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    public static T Read<T>(this JsonElement item, JsonTypeInfo<T> type)
    {
        try
        {
            return item.Deserialize(type) ?? throw NotAnObject();
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
        catch (InvalidOperationException)
        {
            throw new ChatException(ChatError.BadRequest, "The JSON is not valid Unicode.");
        }
    }

    /// <summary>A name that is part of the path.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>: it is not percent-encoded UTF-8.</exception>
    public static string Segment(this HttpContext context, string name)
    {
        var segment = (string)context.GetRouteValue(name)!;
        // The server decodes a path, but for slashes and for what is no UTF-8. Whether that has happened can only be seen in the original.
        if (!segment.Contains('%', StringComparison.Ordinal))
            return segment;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var original = target.Split('?', 2)[0].TrimEnd('/').Split('/');
        var pattern = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.PathSegments;
        var at = pattern.TakeWhile(part => part.Parts is not [RoutePatternParameterPart parameter] || parameter.Name != name).Count();
        return Decode(original[at - pattern.Count + original.Length]);
    }

    private static string Decode(string encoded)
    {
        var bytes = new List<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
            if (encoded[i] != '%')
                bytes.Add((byte)encoded[i]); // a request's target is ASCII
            else if (i + 2 < encoded.Length && byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
                throw NotEncoded();
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw NotEncoded();
        }
    }

    // The reader's own words tell what is no JSON; the converter's would name our types.
    private static ChatException Unreadable(JsonException e) => new(
        ChatError.BadRequest, e.InnerException is JsonException syntax ? $"The JSON cannot be read: {syntax.Message}" : $"The JSON is not what belongs at {e.Path}.");

    private static ChatException NotAnObject() => new(ChatError.BadRequest, "The JSON is null.");

    private static ChatException NotEncoded() => new(ChatError.BadRequest, "A name in a path is percent-encoded UTF-8.");
}
