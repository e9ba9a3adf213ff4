using System.Security.Cryptography;
using System.Text;

namespace Chat.LoadTests.Servers;

/// <summary>Settings of this server under load: no limit a client, the defaults otherwise.</summary>
internal static class ChatSettings
{
    public const string Durability = "Chat__Storage__Durability";

    /// <summary>The API key of the lab, which publishes topics and fills logs.</summary>
    public const string ApiKey = "load-lab";

    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();

    public static IReadOnlyDictionary<string, string> Full { get; } = With("Full");

    public static IReadOnlyDictionary<string, string> Relaxed { get; } = With("Relaxed");

    private static Dictionary<string, string> With(string durability) => new()
    {
        [Durability] = durability,
        ["Chat__Identity__Mode"] = "Claimed",
        ["Chat__Limits__ConnectionsPerAddress"] = "0",
        ["Chat__Limits__SendsPerSecond"] = "0",
        ["Chat__Limits__NewMailboxesPerMinute"] = "0",
        ["Chat__Push__ApiKeys__0__Name"] = "lab",
        ["Chat__Push__ApiKeys__0__Sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey))),
        ["Chat__Push__ApiKeys__0__Scopes__0"] = "push",
        ["Chat__Push__ApiKeys__0__Scopes__1"] = "topics",
    };
}
