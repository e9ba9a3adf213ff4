using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Chat.Protocol;
using Chat.Server.Log;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Chat.Server.Push;

/// <summary><c>/api/v1/messages</c>: back ends send messages.</summary>
internal static class MessageEndpoints
{
    private const int MaxBatch = 1000;
    private const string IdempotencyKey = "Idempotency-Key";

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        api.MapPost("/messages", SendAsync).Needs(ApiScope.Push).Named("SendMessage")
            .WithSummary("Sends a message to a user or a room; the answer means that it is durable.")
            .Takes<PushRequest>().TakesHeader(IdempotencyKey, "The message's id, instead of `id` in the body.")
            .Produces<PushReceipt>(StatusCodes.Status201Created).Produces<PushReceipt>().Refuses(400, 413, 415, 422);
        api.MapPost("/messages/batch", SendBatchAsync).Needs(ApiScope.Push).Named("SendMessages")
            .WithSummary($"Sends up to {MaxBatch} messages; each is accepted or refused separately, in order.")
            .Takes<BatchRequest>().Produces<BatchAnswer>().Refuses(400, 413, 415);
    }

    private static async Task<IResult> SendAsync(HttpContext context, ChatPublisher publisher)
    {
        var message = await context.Request.ReadAsync(HttpJson.Contracts.PushRequest);
        foreach (var id in context.Request.Headers[IdempotencyKey].Select(KeyOf))
            message = message.Id is null || message.Id == id
                ? message with { Id = id }
                : throw new ChatException(ChatError.BadRequest, $"The header {IdempotencyKey} and id give different ids. Send one id.");
        var receipt = await SendFromAsync(publisher, context.User, message);
        return Results.Json(
            receipt, HttpJson.Contracts.PushReceipt, statusCode: receipt.Duplicate ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    /// <summary>Makes Kestrel pass the header's bytes: it would answer 400 without a body to a header that is not UTF-8.</summary>
    public static void ReadKeyAsBytes(KestrelServerOptions kestrel)
    {
        var others = kestrel.RequestHeaderEncodingSelector;
        kestrel.RequestHeaderEncodingSelector = name => name.Equals(IdempotencyKey, StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : others(name);
    }

    private static string? KeyOf(string? bytes)
    {
        // A web server other than Kestrel has decoded it.
        if (bytes is null || bytes.Any(one => one > byte.MaxValue))
            return bytes;
        try
        {
            return Utf8.GetString(Encoding.Latin1.GetBytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw new ChatException(ChatError.BadRequest, $"The header {IdempotencyKey} is not UTF-8.");
        }
    }

    private static async Task<IResult> SendBatchAsync(HttpContext context, ChatPublisher publisher)
    {
        var items = ItemsOf(await context.Request.ReadAsync(ChatJson.Default.JsonElement));
        // Each item enters the log's queue before the next is read; then all wait for the same commits.
        var sending = items.Select(item => SendItemAsync(publisher, context.User, item)).ToList();
        var results = await Task.WhenAll(sending.Select(ResultAsync));
        // If nothing is stored and the log is unavailable, that is the answer for the whole batch.
        if (!sending.Exists(item => item.IsCompletedSuccessfully)
            && sending.Find(item => item.Exception?.InnerException is LogUnavailableException) is { } refused)
            await refused;
        return Results.Json(new BatchAnswer(results), HttpJson.Contracts.BatchAnswer);
    }

    // Not as a contract: each item is checked separately. A second list is refused, because it would be ignored.
    private static List<JsonElement> ItemsOf(JsonElement batch)
    {
        var lists = batch.ValueKind == JsonValueKind.Object ? batch.EnumerateObject().Where(member => member.NameEquals("messages")).ToList() : [];
        return lists is [{ Value: { ValueKind: JsonValueKind.Array } list }] && list.GetArrayLength() is > 0 and <= MaxBatch
            ? [.. list.EnumerateArray()]
            : throw new ChatException(ChatError.BadRequest, $"A batch must be an object with one array, messages, of 1 to {MaxBatch} items.");
    }

    private static async Task<PushReceipt> SendItemAsync(ChatPublisher publisher, ClaimsPrincipal caller, JsonElement item) =>
        await SendFromAsync(publisher, caller, item.Read(HttpJson.Contracts.PushRequest));

    private static async Task<JsonElement> ResultAsync(Task<PushReceipt> sending)
    {
        try
        {
            return JsonSerializer.SerializeToElement(await sending, HttpJson.Contracts.PushReceipt);
        }
        catch (ChatException e)
        {
            return JsonSerializer.SerializeToElement(Problems.Of(e), HttpJson.Contracts.Problem);
        }
    }

    private static Task<PushReceipt> SendFromAsync(ChatPublisher publisher, ClaimsPrincipal caller, PushRequest message)
    {
        var own = caller.Identity!.Name!;
        var from = message.From ?? own;
        if (from != own && !caller.Has(ApiScope.Impersonate))
            throw new ChatException(ChatError.Forbidden, $"This key sends as {own}. Sending as another user needs the scope {ApiScope.Impersonate}.");
        return publisher.SendAsync(message with { From = from }, keepsCopy: from != own);
    }
}
