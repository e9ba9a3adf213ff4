namespace Chat.Server.Tests.Running;

/// <summary>Settings without a share for each user and address: tests send faster than people, and all from one address. And a slow machine refuses
/// nothing.</summary>
internal static class Shares
{
    public static readonly Dictionary<string, string?> None = new()
    {
        ["Chat:Limits:ConnectionsPerUser"] = "0",
        ["Chat:Limits:ConnectionsPerAddress"] = "0",
        ["Chat:Limits:SendsPerSecond"] = "0",
        ["Chat:Limits:NewMailboxesPerMinute"] = "0",
        ["Chat:Limits:WrongKeysPerMinute"] = "0",
        ["Chat:Storage:LongestWait"] = "01:00:00",
    };
}
