namespace Chat.Server.Topics;

/// <summary>A feature of connections: where the values of their topics go.</summary>
internal interface IValueOutput
{
    /// <summary>Whether the client hears the answer of its call. One that does not is sent the present value like any other.</summary>
    bool HearsAnswers { get; }

    /// <summary>Sends the subscription's newest value when its turn comes. Never waits, and needs no room: a subscription is queued once.</summary>
    void Enqueue(Subscription subscription);
}
