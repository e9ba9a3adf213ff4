using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Chat.Server.Raw;

/// <summary>Settings of the raw WebSocket endpoint.</summary>
internal sealed class RawWebSocketOptions
{
    public const string SectionName = "Chat:RawWebSocket";

    /// <summary>The path of the endpoint; its case does not matter.</summary>
    [RegularExpression("/(?!(?i:chat|health|metrics|raw|api/v1)(/|$))[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*",
        ErrorMessage = "Give a path of letters, digits and . _ ~ - between slashes, for instance /api/home/connect; "
            + "/chat, /health, /metrics, /raw and /api/v1 are taken.")]
    public string Path { get; set; } = "/api/home/connect";

    /// <summary>The time in which the first valid frame must come.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan RegisterTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The sender name of the server's own frames. No user can have it.</summary>
    [NoticeSenderName]
    public string NoticeSender { get; set; } = "system";
}

internal sealed class NoticeSenderNameAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        Protocol.Name.ProblemWithUserId(value as string) is { } problem
            ? new ValidationResult($"Give a user id: 1 to 64 characters without a colon. {problem}", [validationContext.MemberName!])
            : ValidationResult.Success;
}

[OptionsValidator]
internal sealed partial class RawWebSocketOptionsValidator : IValidateOptions<RawWebSocketOptions>;
