namespace Chat.Server.Log;

/// <summary>Receives every commit of the log.</summary>
internal interface ICommitListener
{
    /// <summary>Takes a commit without blocking. The writer's thread calls it, in commit order.</summary>
    /// <remarks>The listener calls <see cref="Commit.CompleteCallers"/> once it has started the delivery.</remarks>
    void OnCommit(Commit commit);

    /// <summary>No commit follows.</summary>
    void OnClosed();
}
