using Chat.Protocol;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Chat.Server.Push;

/// <summary>Adds to the schemas of the OpenAPI document what the contract types do not express.</summary>
internal static class ApiSchemas
{
    public static void Configure(OpenApiOptions options) => options.AddSchemaTransformer(DescribeAsync);

    private static async Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // ASP.NET Core describes integers as text, too. The server neither writes nor accepts that.
        if (schema.Type?.HasFlag(JsonSchemaType.Integer) == true)
            (schema.Type, schema.Pattern) = (JsonSchemaType.Integer, null);
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
            schema.Type = JsonSchemaType.String;
        else if (type == typeof(PushRequest))
            Require(schema, "to", "content");
        else if (type == typeof(BatchRequest))
            Require(schema, "messages").Items = await SchemaAsync<PushRequest>();
        else if (type == typeof(BatchAnswer))
            Require(schema, "results").Items = new OpenApiSchema { AnyOf = [await SchemaAsync<PushReceipt>(), await SchemaAsync<Problem>()] };
        else if (type == typeof(BackupAnswer))
        {
            Require(schema, "state", "bytesDone", "bytesEstimated");
            foreach (var property in schema.Properties!.Values.OfType<OpenApiSchema>())
                property.Type &= ~JsonSchemaType.Null; // absent properties are omitted, never null
        }

        Task<OpenApiSchema> SchemaAsync<T>() => context.GetOrCreateSchemaAsync(typeof(T), cancellationToken: cancellationToken);
    }

    /// <summary>Marks properties as required. Their types allow null, because the server answers their absence with a problem.</summary>
    private static OpenApiSchema Require(OpenApiSchema schema, params string[] names)
    {
        OpenApiSchema property = schema;
        foreach (var name in names)
        {
            (schema.Required ??= new HashSet<string>()).Add(name);
            property = (OpenApiSchema)schema.Properties![name];
            property.Type &= ~JsonSchemaType.Null;
        }
        return property;
    }
}
