using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat.Protocol;

/// <summary>The JSON form of every contract: camelCase, absent optional properties omitted, times in UTC with three decimals.</summary>
/// <remarks>In SignalR's options this context is a resolver, which brings types but no options. So attributes of the contracts set
/// everything except camelCase, which is SignalR's default too.</remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(SendRequest))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(ResumeRequest))]
[JsonSerializable(typeof(ResumeAnswer))]
[JsonSerializable(typeof(ReadRequest))]
[JsonSerializable(typeof(ReadAnswer))]
[JsonSerializable(typeof(ConfirmRequest))]
[JsonSerializable(typeof(ConfirmAnswer))]
[JsonSerializable(typeof(RoomRequest))]
[JsonSerializable(typeof(JoinAnswer))]
[JsonSerializable(typeof(LeaveAnswer))]
[JsonSerializable(typeof(TopicRequest))]
[JsonSerializable(typeof(TopicValue))]
[JsonSerializable(typeof(UnsubscribeAnswer))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(RefreshAnswer))]
[JsonSerializable(typeof(ConversationsRequest))]
[JsonSerializable(typeof(ConversationsAnswer))]
[JsonSerializable(typeof(MarkReadRequest))]
[JsonSerializable(typeof(MarkReadAnswer))]
[JsonSerializable(typeof(ReadMark))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(PushRequest))]
[JsonSerializable(typeof(PushReceipt))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(TopicReceipt))]
[JsonSerializable(typeof(MembersAnswer))]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(UsersAnswer))]
[JsonSerializable(typeof(ConnectionsAnswer))]
[JsonSerializable(typeof(ClosedAnswer))]
[JsonSerializable(typeof(BackupAnswer))]
[JsonSerializable(typeof(ServerStats))]
public sealed partial class ChatJson : JsonSerializerContext;

/// <summary>Writes a time as <c>2026-11-23T05:12:29.123Z</c>.</summary>
public sealed class UtcMillisecondsConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.UtcDateTime.TryFormat(text, out var written, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }
}
