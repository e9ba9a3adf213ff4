using Microsoft.AspNetCore.Routing.Patterns;

namespace Chat.Server.Push;

/// <summary>Maps both forms of a call that names a user, a room or a topic: with the names in the path, and in the query.</summary>
internal static class QueryForms
{
    /// <param name="path">The pattern of the path form.</param>
    /// <param name="query">The path of the query form.</param>
    /// <param name="name">The name of the operation; the query form adds <c>ByQuery</c>.</param>
    /// <param name="map">Maps a form to its handler, which reads names by <see cref="Requests.NameOf"/>. Pass the handler to <c>MapGet</c> and
    /// the like directly: the build generates no handler for one in a variable.</param>
    public static void Map(string path, string query, string name, Func<string, RouteHandlerBuilder> map)
    {
        map(path).Named(name);
        var form = map(query).Named(name + "ByQuery");
        foreach (var parameter in RoutePatternFactory.Parse(path).Parameters)
            form.TakesName(parameter.Name);
    }
}
