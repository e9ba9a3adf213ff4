using Microsoft.AspNetCore.Routing.Patterns;

namespace Chat.Server.Push;

/// <summary>Maps a call that names a user, a room or a topic in both of its forms: with the names in the path, and in the query.</summary>
internal static class QueryForms
{
    /// <param name="api">Where it is mapped.</param>
    /// <param name="method">The method of both.</param>
    /// <param name="path">The form with the names in the path.</param>
    /// <param name="query">The path of the form with the names in the query.</param>
    /// <param name="name">The name of the operation; that of the query form ends in <c>ByQuery</c>.</param>
    /// <param name="handler">Answers both; reads names by <see cref="Requests.NameOf"/>.</param>
    /// <param name="describe">Says what both have in common.</param>
    public static void MapForms(
        this IEndpointRouteBuilder api, string method, string path, string query, string name, Delegate handler, Func<RouteHandlerBuilder, RouteHandlerBuilder> describe)
    {
        describe(api.MapMethods(path, [method], handler)).WithName(name);
        var form = describe(api.MapMethods(query, [method], handler)).WithName(name + "ByQuery");
        foreach (var parameter in RoutePatternFactory.Parse(path).Parameters)
            form.TakesName(parameter.Name);
    }
}
