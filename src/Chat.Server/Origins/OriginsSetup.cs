using Chat.Server.Admission;
using Chat.Server.Configuration;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Chat.Server.Origins;

internal static class OriginsSetup
{
    public static void AddOrigins(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<OriginOptions>(OriginOptions.SectionName);
        builder.Services.AddSingleton<IValidateOptions<OriginOptions>, OriginOptionsValidator>();
        builder.Services.TryAddSingleton<OriginCheck>();
        builder.Services.AddCors();
    }

    /// <summary>Runs before anything that has an effect.</summary>
    /// <param name="app">The application.</param>
    /// <param name="paths">The paths at which connections begin.</param>
    public static void UseOrigins(this IApplicationBuilder app, params PathString[] paths)
    {
        var check = app.ApplicationServices.GetRequiredService<OriginCheck>();
        app.UseWhen(context => Array.Exists(paths, path => context.Request.Path.StartsWithSegments(path)), branch =>
        {
            branch.Use(next => context => check.InvokeAsync(context, next));
            branch.UseCors(check.Describe);
        });
    }

    /// <summary>Gives the endpoints the CORS policy of the allowed origins. Without it, an earlier <c>UseCors</c> of the application would answer
    /// preflights by the application's default policy.</summary>
    public static TBuilder AllowOrigins<TBuilder>(this TBuilder endpoints, IServiceProvider services)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireCors(services.GetRequiredService<OriginCheck>().Describe);

    private static void Describe(this OriginCheck check, CorsPolicyBuilder policy) => policy
        .SetIsOriginAllowed(check.Allows).AllowAnyHeader().AllowAnyMethod().AllowCredentials()
        .WithExposedHeaders(ConnectRefusals.ExposedHeaders); // those that a page of another site may read
}
