using System.Collections.Concurrent;
using Chat.Server.Storage.Sqlite.Files;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>A few connections for reading, opened on demand. Callers wait for a free one.</summary>
internal sealed class LogReaderPool(SqliteFile file) : IDisposable
{
    private const int MaxReaders = 4;

    private readonly SemaphoreSlim free = new(MaxReaders);
    private readonly ConcurrentBag<LogReader> readers = [];

    public async ValueTask<T> UseAsync<T>(Func<LogReader, T> read, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        LogReader? reader = null;
        try
        {
            reader = readers.TryTake(out var idle) ? idle : LogReader.Open(file);
            var result = read(reader);
            readers.Add(reader);
            return result;
        }
        catch
        {
            reader?.Dispose(); // a failed connection is not reused
            throw;
        }
        finally
        {
            free.Release();
        }
    }

    public void Dispose()
    {
        foreach (var reader in readers)
            reader.Dispose();
        free.Dispose();
    }
}
