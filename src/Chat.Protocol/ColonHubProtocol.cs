using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Protocol;

/// <summary>
/// The colon protocol as a SignalR hub protocol. A frame from a client is an invocation of <see cref="IChatHub.Send"/>,
/// <see cref="IChatHub.Join"/> or <see cref="IChatHub.Subscribe"/>; a <see cref="IChatClient.ReceiveMessage"/> is a frame to a client.
/// Each frame travels in one <see cref="ColonRecord"/>.
/// </summary>
/// <remarks>Writing never throws: a message without a colon form is written as no bytes. SignalR encodes a group message for every protocol
/// in the group, and a backplane encodes it for every registered one.</remarks>
/// <param name="noticeSender">The server's own name (<c>Chat:RawWebSocket:NoticeSender</c>).</param>
public sealed class ColonHubProtocol(string noticeSender) : IHubProtocol
{
    // Every frame needs a completion, but completions are counted and not matched by id. So one id serves all.
    private const string InvocationId = "0";

    // Sent as `unavailable`: a server fault must not count as a refused frame of the client, and its close must not be answered with 1000.
    private const string UnknownFault = "The server failed to process this frame.";

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
            : Refused(ChatError.BadFrame); // not fatal: a typo must not end the connection
        return true;
    }

    /// <inheritdoc/>
    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        switch (message)
        {
            // One invocation may carry several consecutive messages.
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

    /// <summary>Returns the frame for a refusal.</summary>
    public string ErrorFrame(ChatError error, string text) => $"{noticeSender}:error {error.Code} {text}";

    /// <summary>Returns the frame for a notice.</summary>
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
