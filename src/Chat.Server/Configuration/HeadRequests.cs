namespace Chat.Server.Configuration;

/// <summary>Makes endpoints that answer GET also answer HEAD: load balancers and monitors use it.</summary>
internal static class HeadRequests
{
    /// <summary>Adds HEAD to the endpoints that accept GET, with the same handler. Kestrel sends no body for HEAD.</summary>
    public static TBuilder AnswerHead<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            for (var i = 0; i < endpoint.Metadata.Count; i++)
                if (endpoint.Metadata[i] is IHttpMethodMetadata { AcceptCorsPreflight: var preflight, HttpMethods: var methods }
                    && methods.Contains(HttpMethods.Get) && !methods.Contains(HttpMethods.Head))
                    endpoint.Metadata[i] = new HttpMethodMetadata([.. methods, HttpMethods.Head], preflight);
        });
        return endpoints;
    }
}
