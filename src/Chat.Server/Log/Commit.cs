namespace Chat.Server.Log;

/// <summary>A durable change that the server delivers to connections.</summary>
internal interface ILogChange;

/// <summary>One commit of the log: its changes, in log order.</summary>
internal abstract class Commit
{
    public abstract IEnumerable<ILogChange> Changes { get; }

    /// <summary>Completes the calls that wait for this commit. Called once its delivery has started. Senders continue on the calling
    /// thread, so they must not block.</summary>
    public abstract void CompleteCallers();
}
