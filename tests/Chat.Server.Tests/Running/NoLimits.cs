namespace Chat.Server.Tests.Running;

/// <summary>Settings without limits for each user and address: tests send faster than people, and from one address. A slow machine refuses
/// nothing either.</summary>
internal static class NoLimits
{
    public static readonly Dictionary<string, string?> Settings = new()
    {
        ["Chat:Limits:ConnectionsPerUser"] = "0",
        ["Chat:Limits:ConnectionsPerAddress"] = "0",
        ["Chat:Limits:SendsPerSecond"] = "0",
        ["Chat:Limits:NewMailboxesPerMinute"] = "0",
        ["Chat:Limits:WrongKeysPerMinute"] = "0",
        ["Chat:Storage:LongestWait"] = "01:00:00",
    };
}
