using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Chat.Protocol;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Server.Hubs;

/// <summary>Writes records with a receipt or a message in the bytes of SignalR's JSON protocol.</summary>
internal static class MessageJsonWriter
{
    // The options of SignalR's own writer. It keeps one a thread too.
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonEncodedText
        Type = JsonEncodedText.Encode("type"), InvocationId = JsonEncodedText.Encode("invocationId"), Result = JsonEncodedText.Encode("result"),
        Target = JsonEncodedText.Encode("target"), Arguments = JsonEncodedText.Encode("arguments"),
        ReceiveMessage = JsonEncodedText.Encode(nameof(IChatClient.ReceiveMessage)),
        Id = JsonEncodedText.Encode("id"), Stream = JsonEncodedText.Encode("stream"), Offset = JsonEncodedText.Encode("offset"),
        Position = JsonEncodedText.Encode("position"), From = JsonEncodedText.Encode("from"), To = JsonEncodedText.Encode("to"),
        Content = JsonEncodedText.Encode("content"), SentAt = JsonEncodedText.Encode("sentAt"), Duplicate = JsonEncodedText.Encode("duplicate");

    [ThreadStatic]
    private static Utf8JsonWriter? threadWriter;

    public static void WriteCompletion(string? invocationId, Receipt receipt, IBufferWriter<byte> output)
    {
        var json = Begin(HubProtocolConstants.CompletionMessageType, output);
        if (!string.IsNullOrEmpty(invocationId))
            json.WriteString(InvocationId, invocationId);
        json.WriteStartObject(Result);
        json.WriteString(Id, receipt.Id);
        json.WriteString(Stream, receipt.Stream);
        json.WriteNumber(Offset, receipt.Offset);
        json.WriteString(Position, receipt.Position);
        WriteTime(json, SentAt, receipt.SentAt);
        json.WriteBoolean(Duplicate, receipt.Duplicate);
        json.WriteEndObject();
        End(json, output);
    }

    public static void WriteReceiveMessage(Message message, IBufferWriter<byte> output)
    {
        var json = Begin(HubProtocolConstants.InvocationMessageType, output);
        json.WriteString(Target, ReceiveMessage);
        json.WriteStartArray(Arguments);
        json.WriteStartObject();
        json.WriteString(Stream, message.Stream);
        json.WriteNumber(Offset, message.Offset);
        json.WriteString(Position, message.Position);
        json.WriteString(Id, message.Id);
        json.WriteString(From, message.From);
        json.WriteString(To, message.To);
        json.WriteString(Content, message.Content);
        WriteTime(json, SentAt, message.SentAt);
        json.WriteEndObject();
        json.WriteEndArray();
        End(json, output);
    }

    private static Utf8JsonWriter Begin(int type, IBufferWriter<byte> output)
    {
        var json = threadWriter ??= new Utf8JsonWriter(output, Options);
        json.Reset(output);
        json.WriteStartObject();
        json.WriteNumber(Type, type);
        return json;
    }

    private static void End(Utf8JsonWriter json, IBufferWriter<byte> output)
    {
        json.WriteEndObject();
        json.Flush();
        output.GetSpan(1)[0] = MessageJsonProtocol.RecordSeparator;
        output.Advance(1);
    }

    /// <summary>Writes what <see cref="UtcMillisecondsConverter"/> writes.</summary>
    private static void WriteTime(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset time)
    {
        // "O" has seven decimals and needs no custom format to be parsed.
        Span<byte> text = stackalloc byte[28];
        time.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        const int millisecondsEnd = 23;
        text[millisecondsEnd] = (byte)'Z';
        json.WriteString(name, text[..(millisecondsEnd + 1)]);
    }
}
