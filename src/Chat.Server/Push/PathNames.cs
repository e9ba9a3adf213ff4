using Chat.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace Chat.Server.Push;

/// <summary>
/// Refuses names in paths that clients, proxies and servers rewrite: <c>.</c> and <c>..</c>, and names with <c>/</c>, <c>\</c> or <c>%</c>.
/// The query forms take every name.
/// </summary>
internal static class PathNames
{
    private static readonly char[] Rewritten = ['/', '\\', '%'];

    public static bool IsSafe(string name) => name is not ("." or "..") && name.IndexOfAny(Rewritten) < 0;

    /// <summary>Refuses a request whose path had dot segments before the server removed them: it may now name another user.</summary>
    /// <exception cref="ChatException"><c>bad_request</c>.</exception>
    public static void RefuseDotSegments(HttpContext context)
    {
        if (RawPath(context).Split('/').Any(segment => Decoded(segment).Split('/', '\\').Any(part => part is "." or "..")))
            throw Refusal(context);
    }

    /// <summary>Returns whether the path was one of this API's before the server removed its dot segments.</summary>
    public static bool IsOfApi(HttpContext context) => MayHaveDotSegments(RawPath(context)) && SegmentsOf(context) is not null;

    /// <summary>Returns a refusal that names the query form of the call.</summary>
    public static ChatException Refusal(HttpContext context)
    {
        var segments = SegmentsOf(context) ?? [];
        var form = segments is [var first, ..] ? QueryFormOf(first, segments) : null;
        var remedy = form is null ? "" : $" Use {context.Request.Method} {PushSetup.Path}{form} instead.";
        return new ChatException(ChatError.BadRequest, $"""A name in a path cannot be "." or ".." and cannot hold "/", "\" or "%".{remedy}""");
    }

    private static string? QueryFormOf(string first, string[] segments) => first switch
    {
        "users" when segments[^1] is "connections" or "messages" => $"/{segments[^1]}?user=",
        "users" => "/user?user=",
        "bans" => "/bans?user=",
        "topics" => "/topic?topic=",
        "rooms" when segments[^1] == "members" => "/members?room=",
        "rooms" => "/members?room=&user=",
        _ => null,
    };

    // Every request of the application comes here, and few have a dot in the path.
    private static bool MayHaveDotSegments(string path) =>
        path.Contains('.', StringComparison.Ordinal) || path.Contains("%2E", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the segments after <c>/api/v1</c> as the client or the last proxy sent them; null for other paths.</summary>
    private static string[]? SegmentsOf(HttpContext context)
    {
        var path = RawPath(context).Split('/', StringSplitOptions.RemoveEmptyEntries);
        // A proxy may have removed the first segments of the path base.
        for (var prefix = context.Request.PathBase; ; prefix = WithoutFirstSegment(prefix))
        {
            var start = prefix.Add(PushSetup.Path).Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (path.Length >= start.Length && path.Take(start.Length).Select(Decoded).SequenceEqual(start, StringComparer.OrdinalIgnoreCase))
                return path[start.Length..];
            if (!prefix.HasValue)
                return null;
        }
    }

    private static PathString WithoutFirstSegment(PathString path) =>
        path.Value!.IndexOf('/', 1) is var end and > 0 ? new PathString(path.Value[end..]) : PathString.Empty;

    /// <summary>Returns the path as it was sent: without the scheme and the host of the absolute form, and without the query.</summary>
    private static string RawPath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
            target = target.IndexOf('/', scheme + 3) is var path and > 0 ? target[path..] : "";
        return target.Split('?', 2)[0];
    }

    // A segment that cannot be decoded is refused when the name is read.
    private static string Decoded(string segment) => Identity.QueryText.Decode(segment) ?? segment;
}
