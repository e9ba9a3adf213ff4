using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Chat.Client;
using Chat.Protocol;

namespace Chat.Terminal;

/// <summary>The position up to which each stream was shown, saved for the next start. A second console of the same user saves nothing, because each
/// shows other messages.</summary>
internal sealed class Progress(Uri server, IScreen screen, IdleTimeout idle) : IPositionStore, IDisposable
{
    private readonly ConcurrentDictionary<string, string> shown = new();
    private IPositionStore? store;
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask<IReadOnlyDictionary<string, string>> LoadAsync(string user, CancellationToken cancellationToken)
    {
        var saved = await (store ??= Open(user)).LoadAsync(user, cancellationToken);
        foreach (var (stream, position) in saved)
            shown.TryAdd(stream, position);
        return saved;
    }

    public async ValueTask SaveAsync(string user, string stream, string? position)
    {
        await store!.SaveAsync(user, stream, position);
        if (position is null)
            shown.TryRemove(stream, out _);
        else
            shown[stream] = position;
        idle.Renew();
        var waiting = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.TrySetResult();
    }

    /// <summary>Waits until a message has been shown.</summary>
    public async Task ShownAsync(Message message, CancellationToken cancellationToken)
    {
        for (var next = changed; !IsShown(message); next = changed)
            await next.Task.WaitAsync(cancellationToken);
    }

    public void Dispose() => (store as IDisposable)?.Dispose();

    private bool IsShown(Message message) =>
        shown.TryGetValue(message.Stream, out var text) && Position.TryParse(text, out var at) && Position.TryParse(message.Position, out var wanted)
        && at.Epoch == wanted.Epoch && at.Offset >= wanted.Offset;

    private IPositionStore Open(string user)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server}\n{user}"))[..8]);
        try
        {
            var folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
            return new FilePositionStore(Path.Combine(folder, "Chat.Console", name + ".json"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            screen.Say($"cannot save positions, so the next start shows these messages again: {e.Message}");
            return new MemoryPositionStore();
        }
    }
}
