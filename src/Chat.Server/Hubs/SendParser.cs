using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Server.Hubs;

/// <summary>Reads a call of <see cref="IChatHub.Send"/> as stock clients write it.</summary>
/// <remarks>It leaves every other record unread, valid or not: headers, properties that are unknown, repeated, null or in another case,
/// broken JSON and broken text. SignalR's protocol answers those.</remarks>
internal static class SendParser
{
    /// <summary>Reads a call. Returns false, and leaves <paramref name="input"/> as it is, when it does not begin with one.</summary>
    public static bool TryRead(ref ReadOnlySequence<byte> input, [NotNullWhen(true)] out InvocationMessage? call)
    {
        call = null;
        if (input.PositionOf(MessageJsonProtocol.RecordSeparator) is not { } end)
            return false;
        try
        {
            var json = new Utf8JsonReader(input.Slice(0, end));
            call = Read(ref json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Broken JSON; text that is not UTF-8 or half of a surrogate pair.
        }
        if (call is null)
            return false;
        input = input.Slice(input.GetPosition(1, end));
        return true;
    }

    // Reads to the end of the object, as SignalR does. It ignores the rest of the record.
    private static InvocationMessage? Read(ref Utf8JsonReader json)
    {
        var (isInvocation, isSend) = (false, false);
        string? invocationId = null;
        SendRequest? request = null;
        if (!IsNext(ref json, JsonTokenType.StartObject))
            return null;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
            if (!isInvocation && json.ValueTextEquals("type"u8))
            {
                isInvocation = IsNext(ref json, JsonTokenType.Number) && json.TryGetInt32(out var type) && type == HubProtocolConstants.InvocationMessageType;
                if (!isInvocation)
                    return null;
            }
            else if (invocationId is null && json.ValueTextEquals("invocationId"u8))
            {
                invocationId = ReadString(ref json);
                if (invocationId is null)
                    return null;
            }
            else if (!isSend && json.ValueTextEquals("target"u8))
            {
                isSend = IsNext(ref json, JsonTokenType.String) && json.ValueTextEquals("Send"u8);
                if (!isSend)
                    return null;
            }
            else if (request is null && json.ValueTextEquals("arguments"u8))
            {
                request = ReadArguments(ref json);
                if (request is null)
                    return null;
            }
            else
                return null;
        return isInvocation && isSend && request is not null ? new InvocationMessage(invocationId, nameof(IChatHub.Send), [request]) : null;
    }

    private static SendRequest? ReadArguments(ref Utf8JsonReader json)
    {
        string? to = null, content = null, id = null;
        if (!IsNext(ref json, JsonTokenType.StartArray) || !IsNext(ref json, JsonTokenType.StartObject))
            return null;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var value =
                to is null && json.ValueTextEquals("to"u8) ? to = ReadString(ref json)
                : content is null && json.ValueTextEquals("content"u8) ? content = ReadString(ref json)
                : id is null && json.ValueTextEquals("id"u8) ? id = ReadString(ref json)
                : null;
            if (value is null)
                return null;
        }
        return to is not null && content is not null && IsNext(ref json, JsonTokenType.EndArray) ? new SendRequest(to, content, id) : null;
    }

    private static string? ReadString(ref Utf8JsonReader json) => IsNext(ref json, JsonTokenType.String) ? json.GetString() : null;

    private static bool IsNext(ref Utf8JsonReader json, JsonTokenType type) => json.Read() && json.TokenType == type;
}
