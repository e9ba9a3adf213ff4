namespace Chat.Server.Tests.Hubs;

/// <summary>Generates calls of <c>Send</c> whose properties may be in any order, missing, repeated, unknown or of another type.</summary>
internal sealed class OddSends(int seed)
{
    // The first value of a property is the stock one.
    private static readonly (string Name, string[] Values)[] CallProperties =
    [
        ("type", ["1", "1.0", "1e0", "01", "\"1\"", "null", "3", "4", "6", "-1", "99999999999", "true"]),
        ("invocationId", ["\"7\"", "\"\"", "null", "7", "\"\\ud800\"", "\"\\u0037\""]),
        ("target", ["\"Send\"", "\"send\"", "\"S\\u0065nd\"", "\"Resume\"", "\"\"", "null", "1"]),
    ];

    private static readonly (string Name, string[] Values)[] RequestProperties =
    [
        ("to", ["\"bob\"", "\"#room\"", "\"\"", "null", "1", "{}", "\"\\udc00\""]),
        ("content", ["\"hi\"", "\"\\\"\\\\\\n\\u2028\\ud83d\\ude00 é <>&'+\"", "\"\"", "null", "1.5", "[[[[{}]]]]", "\"\\ud83d\"", "\"\\x\"", "\"\t\""]),
        ("id", ["\"k\"", "\"\"", "null", "false"]),
    ];

    private static readonly string[] Extra =
    [
        "\"headers\":{\"a\":\"b\"}", "\"headers\":{}", "\"headers\":1", "\"streamIds\":[\"1\"]", "\"streamIds\":[]",
        "\"error\":\"e\"", "\"result\":1", "\"item\":1",
        "\"allowReconnect\":true", "\"x\":{\"deep\":[[[[[[]]]]]]}", "\"$type\":\"x\"", "\"\":1",
        "/* c */ \"y\":1", "\"type\":1", "\"target\":\"Send\"", "\"id\":\"j\"",
    ];

    private static readonly string[] Blanks = ["", "", "", "", " ", "\r\n\t", "/* c */", ","];

    private readonly Random random = new(seed);

    public string Next()
    {
        var properties = Properties(CallProperties);
        properties.Insert(random.Next(properties.Count + 1), $"{Named("arguments")}:{Arguments()}");
        return Object(properties) + (IsOdd() ? "x" : "");
    }

    private string Arguments() => random.Next(40) switch
    {
        0 => "[]",
        1 => "null",
        2 => "{}",
        3 => "[null]",
        4 => "[1]",
        5 => $"[{Request()},{Request()}]",
        _ => $"[{Blank()}{Request()}{Blank()}]",
    };

    private string Request() => Object(Properties(RequestProperties));

    private List<string> Properties((string Name, string[] Values)[] all)
    {
        var properties = all.Where(_ => !IsOdd()).Select(property => $"{Named(property.Name)}{Blank()}:{Blank()}{Value(property.Values)}").ToList();
        if (IsOdd())
            properties.Add(Extra[random.Next(Extra.Length)]);
        if (IsOdd() && properties.Count > 0)
            properties.Add(properties[0]);
        var shuffled = properties.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    private string Object(IEnumerable<string> properties) => $"{{{Blank()}{string.Join(",", properties)}{Blank()}}}";

    private string Named(string name) => !IsOdd() ? $"\"{name}\""
        : random.Next(2) == 0 ? $"\"{char.ToUpperInvariant(name[0])}{name[1..]}\"" : $"\"\\u{(int)name[0]:x4}{name[1..]}\"";

    private string Value(string[] values) => IsOdd() ? values[random.Next(values.Length)] : values[0];

    private string Blank() => IsOdd() ? Blanks[random.Next(Blanks.Length)] : "";

    private bool IsOdd() => random.Next(16) == 0;
}
