using System.Globalization;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Push;
using Microsoft.OpenApi;

namespace Chat.Server.Topics;

/// <summary><c>/api/v1/topics</c> and <c>/api/v1/topic</c>: back ends publish and read the values of topics.</summary>
internal static class TopicEndpoints
{
    private const string IfVersion = "If-Version";

    public static void MapTopics(this IEndpointRouteBuilder api)
    {
        QueryForms.Map("/topics/{topic}", "/topic", "PublishValue", pattern => api.MapPut(pattern, PublishAsync)
            .Needs(ApiScope.Topics)
            .WithSummary("Replaces the topic's value with any JSON value of at most 64 KiB.")
            .Takes<JsonElement>().TakesHeader(IfVersion, "The version that must be current; 0 if the topic must have no value yet.", JsonSchemaType.Integer)
            .Produces<TopicReceipt>().Refuses(400, 412, 413, 415));
        QueryForms.Map("/topics/{topic}", "/topic", "GetValue", pattern => api.MapGet(pattern, GetValueAsync)
            .Needs(ApiScope.Topics)
            .WithSummary("Returns the topic's value.").Produces<TopicValue>().Refuses(400, 404));
    }

    private static async Task<IResult> PublishAsync(HttpContext context, ChatPublisher publisher)
    {
        var topic = Topic(context);
        long? ifVersion = context.Request.Headers[IfVersion] switch
        {
            [] => null,
            [{ } text] when long.TryParse(text, NumberStyles.None, null, out var version) => version,
            _ => throw new ChatException(ChatError.BadRequest, $"The header {IfVersion} must be a version: a whole number from 0."),
        };
        var value = await context.Request.ReadAsync(HttpJson.Contracts.JsonElement);
        return await publisher.PublishAsync(topic, value, ifVersion) is { } receipt
            ? Results.Json(receipt, HttpJson.Contracts.TopicReceipt)
            : Results.Json(
                Problems.Of(ChatError.BadRequest, StatusCodes.Status412PreconditionFailed, $"The current version is not {ifVersion}."),
                HttpJson.Contracts.Problem, Problems.ContentType, StatusCodes.Status412PreconditionFailed);
    }

    private static async Task<IResult> GetValueAsync(HttpContext context, LiveTopics topics)
    {
        var topic = Topic(context);
        if (HttpMethods.IsHead(context.Request.Method) && topic == ServerStats.Topic)
        {
            // Waiting for the next value would subscribe, and so make the server measure.
            context.Response.ContentType = "application/json; charset=utf-8";
            return Results.Empty;
        }
        return await topics.GetAsync(topic, context.RequestAborted) is { } value
            ? Results.Json(value, HttpJson.Contracts.TopicValue)
            : throw new ChatException(ChatError.NotFound, "The topic has no value yet.");
    }

    private static string Topic(HttpContext context)
    {
        var topic = LiveTopics.Require("$" + context.NameOf("topic"));
        return !LiveTopics.IsServerTopic(topic) || context.User.Has(ApiScope.Admin)
            ? topic
            : throw new ChatException(ChatError.Forbidden, $"Topics that begin with {LiveTopics.ServerPrefix} need the scope {ApiScope.Admin}.");
    }
}
