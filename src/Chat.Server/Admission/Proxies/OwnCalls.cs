namespace Chat.Server.Admission.Proxies;

/// <summary>Recognizes calls whose path begins like a prefix: behind a proxy that removes /chat and tells it, /chat/negotiate is the hub's.</summary>
internal sealed class OwnCalls(PathString hub, PathString raw, PathString api)
{
    public bool Include(HttpRequest request)
    {
        var path = request.Path;
        return path.StartsWithSegments(api) || path == raw || path == hub.Add("/negotiate") || (path == hub && !IsVisit(request));
    }

    // A call of the hub names its connection or its caller, unless it opens a WebSocket.
    private static bool IsVisit(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers.SecWebSocketKey.Count == 0
        && !request.Query.ContainsKey("id") && !request.Query.ContainsKey("userid") && !request.Query.ContainsKey("access_token");
}
