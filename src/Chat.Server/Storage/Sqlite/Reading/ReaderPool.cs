using System.Collections.Concurrent;
using Chat.Server.Storage.Sqlite.Files;

namespace Chat.Server.Storage.Sqlite.Reading;

/// <summary>A few connections that read, opened when first needed; callers beyond them wait.</summary>
internal sealed class ReaderPool(SqliteFile file) : IDisposable
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
            reader = readers.TryTake(out var idle) ? idle : new LogReader(file);
            var result = read(reader);
            readers.Add(reader);
            return result;
        }
        catch
        {
            reader?.Dispose(); // a connection that failed is not used again
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
