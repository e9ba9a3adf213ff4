using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Server.Tests.Running;

namespace Chat.Server.Tests.Push;

/// <summary>Reads the OpenAPI document as a back end's tools do.</summary>
internal sealed class ApiDocument(JsonNode root)
{
    public static async Task<ApiDocument> OfAsync(TestServer server)
    {
        using var http = server.Http();
        return new ApiDocument(JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!);
    }

    /// <summary>The method and path of every described operation.</summary>
    public IEnumerable<string> Operations =>
        root["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

    public string? SecurityScheme => (string?)root["components"]!["securitySchemes"]!["apiKey"]!["scheme"];

    public IEnumerable<string> Statuses(string operation) => Operation(operation)["responses"]!.AsObject().Select(response => response.Key);

    /// <summary>Returns the location, name and type of every parameter.</summary>
    public IEnumerable<string> Parameters(string operation) =>
        Operation(operation)["parameters"]?.AsArray().Select(parameter => $"{parameter!["in"]} {parameter["name"]} {parameter["schema"]!["type"]}") ?? [];

    public JsonNode? Body(string operation) => Operation(operation)["requestBody"]?["content"]!["application/json"]!["schema"];

    /// <summary>Returns the differences between an answer and the description for its status.</summary>
    public async Task<List<string>> FaultsOfAsync(string operation, HttpResponseMessage answer)
    {
        var (type, text) = (answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync());
        var described = Operation(operation)["responses"]![$"{(int)answer.StatusCode}"]?["content"]?.AsObject().Single();
        if (described?.Key != type)
            return [$"{operation}: {type} where {described?.Key} is described"];
        var faults = new List<string>();
        if (described is { Value: { } content })
            Compare($"{operation} {(int)answer.StatusCode}", JsonNode.Parse(text), content["schema"]!, faults);
        return faults;
    }

    private JsonNode Operation(string operation) =>
        operation.Split(' ') is [var method, var path] ? root["paths"]![path]![method.ToLowerInvariant()]! : throw new ArgumentException(operation);

    private void Compare(string at, JsonNode? value, JsonNode schema, List<string> faults)
    {
        if ((string?)schema["$ref"] is { } reference)
            schema = root["components"]!["schemas"]![reference.Split('/')[^1]]!;
        if (schema["anyOf"] is JsonArray choices)
        {
            if (!choices.Any(choice => Fits(value, choice!)))
                faults.Add($"{at}: {value} matches no described alternative");
            return;
        }
        if (schema["type"] is { } type && (string?)type != TypeOf(value))
            faults.Add($"{at}: {TypeOf(value)} where {type} is described");
        if (value is JsonObject fields && schema["properties"] is JsonObject properties)
        {
            faults.AddRange(fields.Select(field => field.Key).Except(properties.Select(property => property.Key)).Select(name => $"{at}.{name} is not described"));
            faults.AddRange((schema["required"]?.AsArray() ?? []).Select(name => (string)name!).Except(fields.Select(field => field.Key)).Select(name => $"{at}.{name} is missing"));
            foreach (var (name, property) in properties.Where(property => fields.ContainsKey(property.Key)))
                Compare($"{at}.{name}", fields[name], property!, faults);
        }
        if (value is JsonArray items)
            foreach (var item in items)
                Compare($"{at}[]", item, schema["items"]!, faults);
    }

    private bool Fits(JsonNode? value, JsonNode schema)
    {
        var faults = new List<string>();
        Compare("", value, schema, faults);
        return faults.Count == 0;
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.ToJsonString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
        _ => "null",
    };
}
