using System.Text.Encodings.Web;
using System.Text.Json;
using Chat.Protocol;

namespace Chat.Server.Push;

/// <summary>The contracts as the hub writes them too: letters are letters, not escapes.</summary>
internal static class HttpJson
{
    public static readonly ChatJson Contracts = new(new JsonSerializerOptions(ChatJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
