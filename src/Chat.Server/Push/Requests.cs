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

/// <summary>Reads what a back end has sent.</summary>
internal static class Requests
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static bool Has(this ClaimsPrincipal caller, string scope) => caller.HasClaim(ApiKeyAuthentication.ScopeClaim, scope);

    /// <summary>The room that the path or the query names, without its <c>#</c>.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c> or <c>bad_request</c>.</exception>
    public static string RoomOf(this HttpContext context) => RoomMembers.Require("#" + context.NameOf("room"));

    /// <summary>The user that the path or the query names.</summary>
    /// <exception cref="ChatException"><c>bad_recipient</c>, <c>bad_request</c>, or <c>forbidden</c> for the server's own name.</exception>
    public static string UserOf(this HttpContext context, ReservedNames reserved) => reserved.RequireUser(context.NameOf("user"), ChatError.BadRecipient);

    /// <summary>A name: a segment of the path where the call has one, else a parameter of the query.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    public static string NameOf(this HttpContext context, string name) => context.GetRouteValue(name) is string segment
        ? context.Segment(segment)
        : context.Parameter(name) ?? throw new ChatException(ChatError.BadRequest, $"The query has no parameter {name}.");

    /// <summary>A parameter of the query; null when there is none.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>: there are several, or it is not percent-encoded UTF-8.</exception>
    public static string? Parameter(this HttpContext context, string name) => QueryText.Of(context.Request, name) switch
    {
        [] => null,
        [{ } value] => value,
        [null] => throw new ChatException(ChatError.BadRequest, $"The query parameter {name} is not percent-encoded UTF-8."),
        _ => throw new ChatException(ChatError.BadRequest, $"The query has the parameter {name} more than once."),
    };

    /// <summary>The body as JSON, whatever its type is said to be: <c>curl -d</c> says that it is a form.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    /// <exception cref="BadHttpRequestException">It is compressed (415), or too large (413).</exception>
    public static async Task<T> ReadAsync<T>(this HttpRequest request, JsonTypeInfo<T> type)
    {
        if (request.Headers.ContentEncoding is [{ } encoding, ..])
            throw new BadHttpRequestException($"A body is sent as it is, not as {encoding}.", StatusCodes.Status415UnsupportedMediaType);
        // The whole body: the reader of JSON replaces bytes that are not UTF-8 where a value is any JSON.
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
        // The server has decoded the path, but for slashes and for what is not UTF-8. Either leaves a percent sign.
        if (PathNames.IsSafe(segment))
            return segment;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        throw QueryText.Decode(target) is null
            ? new ChatException(ChatError.BadRequest, "A name in a path is percent-encoded UTF-8.")
            : PathNames.Refusal(context);
    }

    // The reader's own words tell what is no JSON; the converter's would name our types.
    private static ChatException Unreadable(JsonException e) => new(
        ChatError.BadRequest, e.InnerException is JsonException syntax ? $"The JSON cannot be read: {syntax.Message}" : $"The JSON is not what belongs at {e.Path}.");

    private static ChatException NotAnObject() => new(ChatError.BadRequest, "The JSON is null.");
}
