namespace Chat.Server.Tests.Running;

/// <summary>A server in the test process or in its own.</summary>
public interface IRunningServer : IAsyncDisposable
{
    Uri Address { get; }

    /// <summary>A folder of its own, which is deleted with it.</summary>
    string Folder { get; }

    /// <summary>The lines that it has logged so far.</summary>
    string LogText { get; }
}
