using System.Text.Json;
using Chat.Protocol;
using MessagePack;
using MessagePack.Formatters;

namespace Chat.Server.Hubs;

/// <summary>Gives every contract the same shape in MessagePack as in JSON: names, times and omitted fields. A client can change the protocol and
/// nothing else.</summary>
/// <remarks>It converts by way of JSON, which costs time and keeps one definition of the wire.</remarks>
internal sealed class JsonShapeResolver : IFormatterResolver
{
    public static readonly JsonShapeResolver Instance = new();

    public IMessagePackFormatter<T>? GetFormatter<T>() => ChatJson.Default.GetTypeInfo(typeof(T)) is null ? null : Formatter<T>.Instance;

    // MessagePack's own conversion writes a broken record for an integer over 64 bits.
    private static void Write(ref MessagePackWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteMapHeader(value.GetPropertyCount());
                foreach (var property in value.EnumerateObject())
                {
                    writer.Write(property.Name);
                    Write(ref writer, property.Value);
                }
                break;
            case JsonValueKind.Array:
                writer.WriteArrayHeader(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                    Write(ref writer, item);
                break;
            case JsonValueKind.String:
                writer.Write(value.GetString());
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var integer):
                writer.Write(integer);
                break;
            case JsonValueKind.Number when value.TryGetUInt64(out var large):
                writer.Write(large);
                break;
            case JsonValueKind.Number:
                writer.Write(value.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Write(value.GetBoolean());
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    private sealed class Formatter<T> : IMessagePackFormatter<T>
    {
        public static readonly Formatter<T> Instance = new();

        public void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options) =>
            Write(ref writer, JsonSerializer.SerializeToElement(value, typeof(T), ChatJson.Default));

        public T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            using var json = new StringWriter();
            MessagePackSerializer.ConvertToJson(ref reader, json, options);
            return (T)JsonSerializer.Deserialize(json.ToString(), typeof(T), ChatJson.Default)!;
        }
    }
}
