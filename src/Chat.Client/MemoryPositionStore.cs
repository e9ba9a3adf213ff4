using System.Collections.Concurrent;

namespace Chat.Client;

/// <summary>Stores positions in memory until the process ends.</summary>
public sealed class MemoryPositionStore : IPositionStore
{
    private readonly ConcurrentDictionary<(string User, string Stream), string> positions = new();

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, string>> LoadAsync(string user, CancellationToken cancellationToken) =>
        new(positions.Where(saved => saved.Key.User == user).ToDictionary(saved => saved.Key.Stream, saved => saved.Value));

    /// <inheritdoc/>
    public ValueTask SaveAsync(string user, string stream, string? position)
    {
        if (position is null)
            positions.TryRemove((user, stream), out _);
        else
            positions[(user, stream)] = position;
        return ValueTask.CompletedTask;
    }
}
