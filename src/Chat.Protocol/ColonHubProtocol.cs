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
/// <remarks>Invocations have no id: the hub answers none. A filter of the hub tells the outcome of each to the connection.
/// Writing never throws: a message without a colon form is written as no bytes. SignalR encodes a group message for every protocol
/// in the group, and a backplane encodes it for every registered one.</remarks>
/// <param name="noticeSender">The server's own name (<c>Chat:RawWebSocket:NoticeSender</c>).</param>
public sealed class ColonHubProtocol(string noticeSender) : IHubProtocol
{
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
        foreach (var entry in Messages(message))
            ColonRecord.WriteMessage(output, (Message)entry!);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message)
    {
        var length = 0;
        foreach (var entry in Messages(message))
            length += ColonRecord.Length((Message)entry!);
        if (length == 0)
            return default;
        var buffer = new ArrayBufferWriter<byte>(length);
        WriteMessage(message, buffer);
        return buffer.WrittenMemory;
    }

    /// <summary>Returns the frame for a refusal.</summary>
    public string ErrorFrame(ChatError error, string text) => $"{noticeSender}:error {error.Code} {text}";

    /// <summary>Returns the frame for a notice.</summary>
    public string NoticeFrame(Notice notice) => $"{noticeSender}:notice {notice.Code} {notice.Text}";

    /// <summary>Returns the messages that an invocation carries, of which there may be several; none for other invocations.</summary>
    private static object?[] Messages(HubMessage message) =>
        message is InvocationMessage { Target: nameof(IChatClient.ReceiveMessage), Arguments: { } entries } && Array.TrueForAll(entries, entry => entry is Message)
            ? entries
            : [];

    private static InvocationMessage Invocation(ColonFrame frame)
    {
        var target = frame.Target();
        return target switch
        {
            ['#', ..] when frame.Content.IsEmpty => new InvocationMessage(nameof(IChatHub.Join), [new RoomRequest(target)]),
            ['$', ..] when frame.Content.IsEmpty => new InvocationMessage(nameof(IChatHub.Subscribe), [new TopicRequest(target)]),
            _ => new InvocationMessage(nameof(IChatHub.Send), [new SendRequest(target, Encoding.UTF8.GetString(frame.Content))]),
        };
    }

    private static InvocationBindingFailureMessage Refused(ChatError error) =>
        new(null, nameof(IChatHub.Send), ExceptionDispatchInfo.Capture(new HubException(new ChatException(error).Refusal)));
}
