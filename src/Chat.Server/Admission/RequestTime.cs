namespace Chat.Server.Admission;

/// <summary>The moment at which a request began: before the application's authentication, however long that takes.</summary>
internal static class RequestTime
{
    // Not a feature: SignalR copies only the items to the context of a long-polling connection.
    private static readonly object Key = new();

    public static void UseRequestTime(this IApplicationBuilder app, TimeProvider time) => app.Use((context, next) =>
    {
        context.Items[Key] = time.GetTimestamp();
        return next(context);
    });

    /// <summary>Returns a timestamp of the <see cref="TimeProvider"/>; the current one if the beginning was not seen.</summary>
    public static long BeganAt(this HttpContext context, TimeProvider time) => context.Items[Key] is long began ? began : time.GetTimestamp();
}
