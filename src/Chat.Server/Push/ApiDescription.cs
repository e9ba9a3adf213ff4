using Chat.Protocol;
using Chat.Server.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Chat.Server.Push;

/// <summary>Describes the endpoints for authorization and for the OpenAPI document.</summary>
internal static class ApiDescription
{
    private const string Security = "apiKey";

    // Names of endpoints are unique in the whole application.
    private const string NamePrefix = "Chat.";

    /// <summary>Names the operation.</summary>
    public static RouteHandlerBuilder Named(this RouteHandlerBuilder endpoint, string operation) => endpoint.WithName(NamePrefix + operation);

    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, string scope) => endpoint
        .WithMetadata(ChatPolicy.Of(policy => policy.AddAuthenticationSchemes(ApiKeyAuthentication.SchemeName).RequireAssertion(call => call.User.Has(scope))))
        .WithDescription($"Scope: `{scope}`.")
        .Refuses(401, 403, 429, 503);

    // Accepts() would refuse a body without the content type of JSON.
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Body(typeof(T)));

    public static RouteHandlerBuilder TakesHeader(this RouteHandlerBuilder endpoint, string name, string text, JsonSchemaType type = JsonSchemaType.String) =>
        endpoint.WithMetadata(new Parameter(name, ParameterLocation.Header, text, type));

    public static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder endpoint, string name, string text, JsonSchemaType type = JsonSchemaType.String) =>
        endpoint.WithMetadata(new Parameter(name, ParameterLocation.Query, text, type));

    /// <summary>A name in the query, without the <c>#</c> of a room and the <c>$</c> of a topic.</summary>
    public static RouteHandlerBuilder TakesName(this RouteHandlerBuilder endpoint, string name) =>
        endpoint.WithMetadata(new Parameter(name, ParameterLocation.Query, $"The {name}'s name, percent-encoded.", JsonSchemaType.String, Required: true));

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces<Problem>(status, Problems.ContentType);
        return endpoint;
    }

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Chat", Version = "v1", Description = "The calls of back ends." };
            // Relative to the document: a proxy may serve both under a prefix that the server does not know.
            document.Servers = [new OpenApiServer { Url = ".." }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Security] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Security, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            operation.OperationId = operation.OperationId?.Replace(NamePrefix, "", StringComparison.Ordinal);
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Body>().FirstOrDefault() is { Type: var type })
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(type, cancellationToken: cancellationToken) },
                    },
                };
            foreach (var segment in context.Description.RelativePath!.Split('/').Where(segment => segment.StartsWith('{')))
                Add(operation, new OpenApiParameter
                {
                    Name = segment.Trim('{', '}'),
                    In = ParameterLocation.Path,
                    Required = true,
                    Description = "A name other than `.` and `..`, without `/`, `\\` and `%`. The query form takes every name.",
                    Schema = Of(JsonSchemaType.String),
                });
            foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<Parameter>())
                Add(operation, new OpenApiParameter { Name = parameter.Name, In = parameter.In, Description = parameter.Text, Required = parameter.Required, Schema = Of(parameter.Type) });
        });
    }

    private static void Add(OpenApiOperation operation, OpenApiParameter parameter) => (operation.Parameters ??= []).Add(parameter);

    private static OpenApiSchema Of(JsonSchemaType type) => new() { Type = type };

    private sealed record Body(Type Type);

    private sealed record Parameter(string Name, ParameterLocation In, string Text, JsonSchemaType Type, bool Required = false);
}
