namespace Chat.Server.Admission;

/// <summary>Fails requests that reach an endpoint of the server without its checks: origin, key or user, and admission.</summary>
/// <remarks>The checks are middleware, and an application can call <see cref="ChatSetup.MapChat"/> where they do not run or see no endpoint.</remarks>
internal static class RequestChecks
{
    private const string Unchecked = "A request reached an endpoint of the chat server without its checks. "
        + "Call MapChat after UseRouting, UsePathBase and other middleware that changes paths, and before UseEndpoints.";

    /// <summary>Lets the endpoints run only after the checks of their path.</summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="path">The path whose requests get the checks of these endpoints.</param>
    public static TBuilder RequireChecks<TBuilder>(this TBuilder endpoints, PathString path)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            var handle = endpoint.RequestDelegate!;
            endpoint.Metadata.Add(new CheckedPath(path));
            endpoint.RequestDelegate = context =>
                context.Features.Get<Checked>() is { Endpoint: { } passed } && ReferenceEquals(passed, context.GetEndpoint())
                    ? handle(context)
                    : throw new InvalidOperationException(Unchecked);
        });
        return endpoints;
    }

    /// <summary>Follows the checks.</summary>
    public static void EndChecks(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // After routing, an application can still have moved the request to a path that has other checks.
        if (context.GetEndpoint() is { } endpoint
            && endpoint.Metadata.GetMetadata<CheckedPath>() is { Path: var path } && context.Request.Path.StartsWithSegments(path))
            context.Features.Set(new Checked(endpoint));
        return next(context);
    });

    private sealed record CheckedPath(PathString Path);

    private sealed record Checked(Endpoint Endpoint);
}
