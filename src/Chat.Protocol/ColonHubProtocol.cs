using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Protocol;

/// <summary>
/// The old colon protocol as one more SignalR hub protocol: a frame is an invocation of <see cref="IChatHub.Send"/>, <see cref="IChatHub.Join"/>
/// or <see cref="IChatHub.Subscribe"/>, a <see cref="IChatClient.ReceiveMessage"/> is a frame. It runs over records (<see cref="ColonRecord"/>),
/// one a frame.
/// </summary>
/// <remarks>Writing is total: what the colon protocol cannot say is written as nothing, because a group message is encoded for every protocol
/// that listens, and a backplane encodes for every one that is registered.</remarks>
/// <param name="noticeSender">The name that the server itself speaks under.</param>
public sealed class ColonHubProtocol(string noticeSender) : IHubProtocol
{
    // Every frame wants a completion, nobody looks one up by its id: the same one does for all.
    private const string InvocationId = "0";

    // A fault of the server is not the client's: it must neither count against it nor let its close be answered as if all were stored.
    private const string UnknownFault = "The server failed to take this frame.";

    /// <inheritdoc/>
    public string Name => "colon";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public TransferFormat TransferFormat => TransferFormat.Text;

    /// <inheritdoc/>
    public bool IsVersionSupported(int version) => version == Version;

    /// <inheritdoc/>
    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        message = null;
        if (!ColonRecord.TryReadInput(ref input, out var record))
            return false;
        message = ColonFrame.TryParse(record.IsSingleSegment ? record.FirstSpan : record.ToArray(), out var frame)
            ? Invocation(frame)
            : Refused(ChatError.BadFrame); // answered, not fatal: a typo must not cost the connection
        return true;
    }

    /// <inheritdoc/>
    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        switch (message)
        {
            // The server gives an invocation several messages where they follow each other.
            case InvocationMessage { Target: nameof(IChatClient.ReceiveMessage), Arguments: { } entries } when Array.TrueForAll(entries, entry => entry is Message):
                foreach (var entry in entries)
                    ColonRecord.WriteMessage(output, (Message)entry!);
                break;
            case CompletionMessage { Error: null }:
                ColonRecord.WriteCompleted(output);
                break;
            case CompletionMessage { Error: var refusal }:
                var (error, text) = ChatError.FromHubError(refusal) ?? (ChatError.Unavailable, UnknownFault);
                ColonRecord.WriteRefused(output, error, ErrorFrame(error, text));
                break;
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        WriteMessage(message, buffer);
        return buffer.WrittenMemory;
    }

    /// <summary>The frame that tells a client its last frame was refused.</summary>
    public string ErrorFrame(ChatError error, string text) => $"{noticeSender}:error {error.Code} {text}";

    /// <summary>The frame that carries a notice.</summary>
    public string NoticeFrame(Notice notice) => $"{noticeSender}:notice {notice.Code} {notice.Text}";

    private static InvocationMessage Invocation(ColonFrame frame)
    {
        var target = frame.Target();
        return target switch
        {
            ['#', ..] when frame.Content.IsEmpty => new InvocationMessage(InvocationId, nameof(IChatHub.Join), [new RoomRequest(target)]),
            ['$', ..] when frame.Content.IsEmpty => new InvocationMessage(InvocationId, nameof(IChatHub.Subscribe), [new TopicRequest(target)]),
            _ => new InvocationMessage(InvocationId, nameof(IChatHub.Send), [new SendRequest(target, Encoding.UTF8.GetString(frame.Content))]),
        };
    }

    private static InvocationBindingFailureMessage Refused(ChatError error) =>
        new(InvocationId, nameof(IChatHub.Send), ExceptionDispatchInfo.Capture(new HubException(new ChatException(error).Refusal)));
}
