using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Chat.Protocol;
using Chat.Server.Hubs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Benchmarks;

/// <summary>The JSON of <c>/chat</c>: a call of <c>Send</c>, its completion with the receipt, and <c>ReceiveMessage</c>. Contents have 64 bytes.</summary>
[MemoryDiagnoser]
public class HubProtocolBenchmark : IInvocationBinder
{
    private static readonly Type[] SendParameters = [typeof(SendRequest)];

    private readonly ArrayBufferWriter<byte> output = new(4096);
    private ChatServices services = null!;
    private IHubProtocol protocol = null!;
    private ReadOnlySequence<byte> call;
    private CompletionMessage completion = null!;
    private InvocationMessage delivery = null!;

    [GlobalSetup]
    public void Open()
    {
        services = new ChatServices();
        protocol = services.Provider.GetRequiredService<ChatHandlers>().Json();
        var message = Sample.Message(64);
        call = new(Encoding.UTF8.GetBytes(
            $$"""{"type":1,"invocationId":"17","target":"Send","arguments":[{"to":"user42","content":"{{message.Content}}"}]}""" + "\u001e"));
        completion = CompletionMessage.WithResult("17", new Receipt(message.Id, message.From, message.Offset, message.Position, message.SentAt, duplicate: false));
        delivery = new(nameof(IChatClient.ReceiveMessage), [message]);
    }

    [GlobalCleanup]
    public void Close() => services.Dispose();

    [Benchmark]
    public HubMessage? ParseSend()
    {
        var input = call;
        return protocol.TryParseMessage(ref input, this, out var message) ? message : throw new InvalidOperationException("The call was not read.");
    }

    [Benchmark]
    public int WriteCompletion() => Write(completion);

    [Benchmark]
    public int WriteReceiveMessage() => Write(delivery);

    IReadOnlyList<Type> IInvocationBinder.GetParameterTypes(string methodName) => SendParameters;

    Type IInvocationBinder.GetReturnType(string invocationId) => typeof(object);

    Type IInvocationBinder.GetStreamItemType(string streamId) => typeof(object);

    private int Write(HubMessage message)
    {
        output.ResetWrittenCount();
        protocol.WriteMessage(message, output);
        return output.WrittenCount;
    }
}
