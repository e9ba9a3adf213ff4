using Chat.Protocol;
using Microsoft.AspNetCore.Http.Connections;

namespace Chat.Client;

/// <summary>Handles the HTTP requests of one attempt to connect: recognizes the server's refusals, reports the transport, and can abort.</summary>
/// <param name="inner">Sends the requests.</param>
/// <param name="begun">Called with the transport of each request that starts one.</param>
/// <param name="cut">Aborts every request.</param>
internal sealed class AttemptHandler(HttpMessageHandler inner, Action<HttpTransportType> begun, CancellationToken cut) : DelegatingHandler(inner)
{
    // A refusal is one line, but a proxy may answer with a page of any length.
    private const int MaxRefusalBytes = 64 << 10;

    private const string EventStream = "text/event-stream";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cut);
        if (request.Method == HttpMethod.Get)
            begun(request.Headers.Accept.Any(type => type.MediaType == EventStream) ? HttpTransportType.ServerSentEvents : HttpTransportType.LongPolling);
        var response = await base.SendAsync(request, either.Token);
        try
        {
            // SignalR reads some bodies without a cancellation token.
            if (response.Content.Headers.ContentType?.MediaType != EventStream)
                await response.Content.LoadIntoBufferAsync(response.IsSuccessStatusCode ? int.MaxValue : MaxRefusalBytes, either.Token);
            if (!response.IsSuccessStatusCode && IsNegotiation(request) && await RefusalAsync(response, either.Token) is { } refusal)
                throw refusal;
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static bool IsNegotiation(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/negotiate", StringComparison.Ordinal);

    /// <summary>Returns the server's own refusal; null when a proxy answered.</summary>
    private static async Task<ChatException?> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var code = response.Headers.TryGetValues(HttpRefusal.CodeHeader, out var codes) ? codes.First() : null;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return HttpRefusal.Read(code, body) is var (error, text) ? new ChatException(error, text) : null;
    }
}
