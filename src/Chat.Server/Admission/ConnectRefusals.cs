using Chat.Protocol;
using Chat.Server.Operations;

namespace Chat.Server.Admission;

/// <summary>Refuses HTTP requests at the connection endpoints. The header set here tells clients that the server, not a proxy, refuses.</summary>
internal sealed class ConnectRefusals(ChatMetrics metrics)
{
    // Few connections of other clients end in less time.
    private const string RetryAfterSeconds = "10";

    /// <summary>The headers of a refusal that pages of other sites may read.</summary>
    public static readonly string[] ExposedHeaders = [HttpRefusal.CodeHeader, HttpRefusal.ReasonHeader, "Retry-After"];

    /// <summary>Counts the refusal and answers with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="refusal">The error and its text.</param>
    /// <param name="reason">One of the reasons of <see cref="HttpRefusal"/>, if the code alone is ambiguous.</param>
    public Task RefuseAsync(HttpContext context, int status, ChatException refusal, string? reason = null)
    {
        metrics.CountRefusal(refusal.Error);
        var response = context.Response;
        response.StatusCode = status;
        response.Headers[HttpRefusal.CodeHeader] = refusal.Error.Code;
        if (reason is not null)
            response.Headers[HttpRefusal.ReasonHeader] = reason;
        if (refusal.Error.Retryable)
            response.Headers.RetryAfter = RetryAfterSeconds;
        return response.WriteAsync(refusal.Refusal);
    }

    /// <summary>Refuses a caller without a valid identity: 403 for an invalid or reserved user id, else 401.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusal">The reason; null when the request presents no identity.</param>
    /// <param name="remedy">The text that tells a client how to present an identity.</param>
    public Task ChallengeAsync(HttpContext context, ChatException? refusal, string remedy)
    {
        var reason = refusal ?? new ChatException(ChatError.Unauthenticated, remedy);
        return reason.Error == ChatError.Unauthenticated
            ? RefuseAsync(context, StatusCodes.Status401Unauthorized, reason)
            : RefuseAsync(context, StatusCodes.Status403Forbidden, reason, HttpRefusal.UserName);
    }
}
