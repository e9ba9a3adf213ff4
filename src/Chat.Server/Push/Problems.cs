using Chat.Protocol;
using Chat.Server.Log;
using Chat.Server.Operations;

namespace Chat.Server.Push;

/// <summary>Turns every refusal and failure of the HTTP API into problem details.</summary>
internal sealed partial class Problems(RequestDelegate next, Drain drain, ChatMetrics metrics, ILogger<Problems> logger)
{
    public const string ContentType = "application/problem+json";

    // An unavailable log stays so for seconds at least.
    private const string RetryAfterSeconds = "5";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (drain.HasBegun)
            {
                context.Response.Headers.Connection = "close";
                throw new ChatException(ChatError.Unavailable, Drain.Reason);
            }
            PathNames.RefuseDotSegments(context);
            await next(context);
            // No endpoint matched the request.
            if (context.Response is
                { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentType: null } response)
                await AnswerAsync(context, ChatError.NotFound, response.StatusCode, $"There is no {context.Request.Method} {context.Request.Path}.");
        }
        catch (LogFailedException)
        {
            context.Abort(); // no answer is known to be true
        }
        catch (ChatException e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e.Error, StatusOf(e.Error), e.Message);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            var error = e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ChatError.TooLarge : ChatError.BadRequest;
            await AnswerAsync(context, error, e.StatusCode, e.Message);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogFault(logger, context.Request.Path, e);
            await AnswerAsync(context, ChatError.Unavailable, StatusCodes.Status500InternalServerError, "The server failed to handle this request.");
        }
    }

    public static Problem Of(ChatException reason) => Of(reason.Error, StatusOf(reason.Error), reason.Message);

    public static Problem Of(ChatError error, int status, string detail) => new(error.Code, error.Text, status, detail);

    private static int StatusOf(ChatError error) => error.Code switch
    {
        "forbidden" => StatusCodes.Status403Forbidden,
        "key_conflict" => StatusCodes.Status422UnprocessableEntity,
        "too_large" => StatusCodes.Status413PayloadTooLarge,
        "rate_limited" => StatusCodes.Status429TooManyRequests,
        "unavailable" => StatusCodes.Status503ServiceUnavailable,
        "unauthenticated" => StatusCodes.Status401Unauthorized,
        "not_found" => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status400BadRequest,
    };

    private Task AnswerAsync(HttpContext context, ChatError error, int status, string detail)
    {
        metrics.CountRefusal(error);
        context.Response.StatusCode = status;
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return context.Response.WriteAsJsonAsync(
            Of(error, status, detail), HttpJson.Contracts.Problem, ContentType, context.RequestAborted);
    }

    [LoggerMessage(1, LogLevel.Error, "{Path} failed.")]
    private static partial void LogFault(ILogger logger, PathString path, Exception fault);
}
