namespace Chat.Server.Topics;

/// <summary>A feature of connections: sends the values of their topics.</summary>
internal interface IValueOutput
{
    /// <summary>Whether the client receives the answer to its call. If not, it is sent the current value like any other.</summary>
    bool ReceivesAnswers { get; }

    /// <summary>Queues a subscription, whose newest value is sent in turn. Never waits, and needs no bound: a subscription is queued once.</summary>
    void Enqueue(Subscription subscription);
}
