namespace Chat.Protocol;

/// <summary>Names a topic to subscribe to, or to hear no more of.</summary>
/// <param name="Topic">The topic, <c>$</c> included.</param>
public sealed record TopicRequest(string? Topic);

/// <summary>The connection hears no more of the topic.</summary>
/// <param name="Topic">The topic.</param>
public sealed record UnsubscribeAnswer(string Topic);
