namespace Chat.Server.Admission.Proxies;

/// <summary>The paths that belong to the server. On all others it installs nothing.</summary>
internal sealed class ChatPaths(PathString hub, PathString raw, PathString api)
{
    /// <summary>Whether the path is one of the server's or lies under it.</summary>
    public bool Contain(PathString path) => path.StartsWithSegments(hub) || path.StartsWithSegments(raw) || path.StartsWithSegments(api);

    /// <summary>Whether the request is a call whose path only looks like a prefix: behind a proxy that removes and tells the prefix <c>/chat</c>,
    /// <c>/chat/negotiate</c> is a call of the hub.</summary>
    public bool IsCall(HttpRequest request)
    {
        var path = request.Path;
        return path.StartsWithSegments(api) || path == raw || path == hub.Add("/negotiate") || (path == hub && !IsVisit(request));
    }

    // A call of the hub names its connection or its caller, unless it opens a WebSocket.
    private static bool IsVisit(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers.SecWebSocketKey.Count == 0
        && !request.Query.ContainsKey("id") && !request.Query.ContainsKey("userid") && !request.Query.ContainsKey("access_token");
}
