using Microsoft.AspNetCore.Routing.Patterns;

namespace Chat.Server.Push;

/// <summary>Maps both forms of a call that names a user, a room or a topic: with the names in the path, and in the query.</summary>
internal static class QueryForms
{
    /// <param name="api">The endpoints to add to.</param>
    /// <param name="method">The HTTP method of both forms.</param>
    /// <param name="path">The pattern of the path form.</param>
    /// <param name="query">The path of the query form.</param>
    /// <param name="name">The name of the operation; the query form adds <c>ByQuery</c>.</param>
    /// <param name="handler">Handles both forms; reads names by <see cref="Requests.NameOf"/>.</param>
    /// <param name="describe">Adds the metadata that both forms share.</param>
    public static void MapForms(
        this IEndpointRouteBuilder api, string method, string path, string query, string name, Delegate handler,
        Func<RouteHandlerBuilder, RouteHandlerBuilder> describe)
    {
        describe(api.MapMethods(path, [method], handler)).Named(name);
        var form = describe(api.MapMethods(query, [method], handler)).Named(name + "ByQuery");
        foreach (var parameter in RoutePatternFactory.Parse(path).Parameters)
            form.TakesName(parameter.Name);
    }
}
