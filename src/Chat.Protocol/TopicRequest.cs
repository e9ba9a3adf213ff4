namespace Chat.Protocol;

/// <summary>Subscribes to a topic, or unsubscribes from it.</summary>
/// <param name="Topic">The topic, including <c>$</c>.</param>
public sealed record TopicRequest(string? Topic);

/// <summary>Confirms the end of the connection's subscription.</summary>
/// <param name="Topic">The topic.</param>
public sealed record UnsubscribeAnswer(string Topic);
