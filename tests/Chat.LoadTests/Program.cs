using System.Runtime.InteropServices;
using Chat.LoadTests;

LabOptions options;
try
{
    options = CommandLine.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}
// The runtime has no handlers of its own: without these, a signal would leave the running server behind.
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Exit);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Exit);
try
{
    return new Lab(options).Run();
}
catch (InvalidOperationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static void Exit(PosixSignalContext signal)
{
    signal.Cancel = true;
    Environment.Exit(128 + (signal.Signal == PosixSignal.SIGINT ? 2 : 15));
}
