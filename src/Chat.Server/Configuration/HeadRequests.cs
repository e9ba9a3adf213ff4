namespace Chat.Server.Configuration;

/// <summary>Answers HEAD wherever GET is answered, by the same handler: load balancers and monitors ask so.</summary>
internal static class HeadRequests
{
    /// <summary>Adds HEAD to the endpoints that take GET. The web server sends no body for it.</summary>
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
