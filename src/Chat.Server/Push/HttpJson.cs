using System.Text.Encodings.Web;
using System.Text.Json;
using Chat.Protocol;

namespace Chat.Server.Push;

/// <summary>The contracts as the hub writes them: letters are not escaped. An object with a duplicate property is invalid.</summary>
internal static class HttpJson
{
    public static readonly ChatJson Contracts = new(new JsonSerializerOptions(ChatJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowDuplicateProperties = false,
    });
}
