namespace Chat.Server.Log;

/// <summary>A durable change that the server delivers to connections.</summary>
internal interface ILogChange;

/// <summary>One commit of the log: its changes, in log order.</summary>
internal abstract class Commit
{
    public abstract IReadOnlyList<ILogChange> Changes { get; }

    /// <summary>Completes the calls that wait for this commit. Called once its delivery has started.</summary>
    public abstract void CompleteCallers();
}

/// <summary>Receives every commit of the log.</summary>
internal interface ICommitListener
{
    /// <summary>Takes a commit without blocking. The writer's thread calls it, in commit order.</summary>
    /// <remarks>The listener calls <see cref="Commit.CompleteCallers"/> once it has started the delivery.</remarks>
    void OnCommit(Commit commit);

    /// <summary>No commit follows.</summary>
    void OnClosed();
}
