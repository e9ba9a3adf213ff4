using System.IO.Pipelines;

namespace Chat.Server.Hubs.Output;

internal sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;
    public PipeWriter Output => output;
}
