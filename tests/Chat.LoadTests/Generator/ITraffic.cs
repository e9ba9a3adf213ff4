namespace Chat.LoadTests.Generator;

/// <summary>A scenario's reaction to arriving messages.</summary>
internal interface ITraffic
{
    /// <summary>Called on the generator's thread for each message that arrives at its recipient.</summary>
    /// <param name="stamp">The message's stamp.</param>
    void OnArrival(LoadGenerator generator, Connection connection, long stamp);
}
