using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Chat.Protocol;
using Chat.Server.Identity;
using Chat.Server.Rooms;
using Chat.Server.Sending;
using Microsoft.AspNetCore.Http.Features;

namespace Chat.Server.Push;

/// <summary>Reads the requests of back ends.</summary>
internal static class Requests
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Returns whether the caller's key has the scope. Claims of other identities do not count.</summary>
    public static bool Has(this ClaimsPrincipal caller, string scope) => caller.Key()?.HasClaim(ApiKeyAuthentication.ScopeClaim, scope) == true;

    /// <summary>Returns the identity of the caller's key; null if the application has dropped it.</summary>
    public static ClaimsIdentity? Key(this ClaimsPrincipal caller) =>
        caller.Identity is ClaimsIdentity { AuthenticationType: ApiKeyAuthentication.SchemeName } key ? key : null;

    /// <summary>Returns the room that the path or the query names without its <c>#</c>.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c> or <c>bad_request</c>.</exception>
    public static string RoomOf(this HttpContext context) => RoomMembers.Require("#" + context.NameOf("room"));

    /// <summary>Returns the user that the path or the query names.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c>, <c>bad_request</c>, or <c>forbidden</c> for the server's own name.</exception>
    public static string UserOf(this HttpContext context, ReservedNames reserved) => reserved.RequireUser(context.NameOf("user"), ChatError.BadRecipient);

    /// <summary>Returns a name: a segment of the path if the route has it, else a query parameter.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    public static string NameOf(this HttpContext context, string name) => context.GetRouteValue(name) is string segment
        ? context.Segment(segment)
        : context.Parameter(name) ?? throw new ChatException(ChatError.BadRequest, $"The query has no parameter {name}.");

    /// <summary>Returns a query parameter; null when it is absent.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>: it occurs more than once, or is not percent-encoded UTF-8.</exception>
    public static string? Parameter(this HttpContext context, string name) => QueryText.Of(context.Request, name) switch
    {
        [] => null,
        [{ } value] => value,
        [null] => throw new ChatException(ChatError.BadRequest, $"The query parameter {name} is not percent-encoded UTF-8."),
        _ => throw new ChatException(ChatError.BadRequest, $"The query has the parameter {name} more than once."),
    };

    /// <summary>Reads the body as JSON and ignores its content type: <c>curl -d</c> sends that of a form.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    /// <exception cref="BadHttpRequestException">The body is compressed (415) or too large (413).</exception>
    public static async Task<T> ReadAsync<T>(this HttpRequest request, JsonTypeInfo<T> type)
    {
        if (request.Headers.ContentEncoding is [{ } encoding, ..])
            throw new BadHttpRequestException($"The body has the Content-Encoding {encoding}. Send it without one.", StatusCodes.Status415UnsupportedMediaType);
        // The whole body is read first: for values of any JSON, the JSON reader would replace bytes that are not UTF-8.
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        // JSON in UTF-16 or UTF-32 has a NUL among its first bytes.
        if (!Utf8.IsValid(bytes) || bytes[..Math.Min(4, bytes.Length)].Contains((byte)0))
            throw new ChatException(ChatError.BadRequest, "The body is not UTF-8.");
        try
        {
            return JsonSerializer.Deserialize(bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes, type) ?? throw NotAnObject();
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

    private static string Segment(this HttpContext context, string segment)
    {
        // Kestrel has decoded the path except slashes and bytes that are not UTF-8. Both leave a percent sign.
        if (PathNames.IsSafe(segment))
            return segment;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        throw QueryText.Decode(target) is null
            ? new ChatException(ChatError.BadRequest, "A name in a path must be percent-encoded UTF-8.")
            : PathNames.Refusal(context);
    }

    // The JSON reader's message tells the syntax error; a converter's message would name internal types.
    private static ChatException Unreadable(JsonException e) => new(
        ChatError.BadRequest,
        e.InnerException is JsonException syntax ? $"The JSON cannot be read: {syntax.Message}" : $"The JSON value at {e.Path} is not valid there.");

    private static ChatException NotAnObject() => new(ChatError.BadRequest, "The JSON is null. Send an object.");
}
